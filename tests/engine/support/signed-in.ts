/** An engine signed in to a scripted server: where most tests of what runs begin. */
import type { Clock } from '../../../electron/engine-api.ts';
import { waitFor } from '../../harness/wait.ts';
import { conversation, uuid } from './builders.ts';
import { createEngineUnderTest, type EngineUnderTest } from './engine-under-test.ts';
import { ScriptedServer } from './scripted-server.ts';

/** The trainee of the server's first conversation. */
export const PEER_ID = 101;

/** Stores a message in the first conversation. */
export function write(server: ScriptedServer, number: number, senderId = PEER_ID) {
  return server.store({
    conversationId: 1,
    senderId,
    clientMessageId: uuid(number),
    content: `text ${number}`,
  });
}

/** Signs in as the server's user. */
export async function signIn({ engine }: EngineUnderTest, server: ScriptedServer): Promise<void> {
  const input = { server: server.url, email: server.user.email, password: 'secret', isDemo: false };
  const result = await engine.signIn(input);
  if (!result.ok) throw new Error(result.error.code);
}

/** Waits for the socket. */
export async function live({ engine }: EngineUnderTest): Promise<void> {
  await waitFor('a live connection', () => engine.view().connection.phase === 'live');
}

/** A server with one conversation. */
export async function startServer(recoversSockets = false): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(recoversSockets);
  server.conversations.set(1, conversation({ id: 1 }));
  server.trainees.push({ id: PEER_ID, name: 'Trainee 1', email: 't@example.com', conversationId: 1 });
  return server;
}

/** A signed-in engine with a live socket, on a server with one conversation. */
export async function signedIn(prepare: (server: ScriptedServer) => void = () => undefined, clock?: Clock) {
  const server = await startServer();
  prepare(server);
  const under = createEngineUnderTest(clock ? { clock } : {});
  await signIn(under, server);
  await live(under);
  return { server, under };
}
