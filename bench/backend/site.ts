/** A backend process on a filled database, and everybody's way in. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createTokens } from '../../backend/accounts/tokens.ts';
import { openDatabase } from '../../backend/storage/open.ts';
import { startBackendProcess } from '../../tests/harness/backend-process.ts';
import type { DatabaseServer } from './databases.ts';
import { HttpLoad, connectSocket, type LiveSocket } from './load.ts';
import { fillWorld, sessionOf, type WorldSize } from './world.ts';

const TOKEN_SECONDS = 3_600;

/** One running backend. */
export interface Site {
  readonly http: HttpLoad;
  readonly url: string;
  /** A valid access token of this person. */
  tokenOf(userId: number): Promise<string>;
  /** Opens a socket and waits for its `hello`. */
  connect(userId: number): Promise<LiveSocket>;
  /** Resident memory of the backend process in MiB. */
  memory(): number;
  stop(): Promise<void>;
}

/** Fills a database and serves it by `backend/main.ts`, with the limits off. */
export async function startSite(server: DatabaseServer, name: string, size: WorldSize): Promise<Site> {
  const location = await server.create(name);
  const database = await openDatabase(location, Date.now);
  await database.close();
  const filling = server.connect(location);
  await filling.transaction().execute((trx) => fillWorld(trx, server.dialect, size, Date.now()));
  await filling.destroy();
  const secret = randomBytes(32).toString('base64url');
  const backend = await startBackendProcess({
    args: ['--database', location],
    settings: { AUTH_SECRET: secret, SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' },
  });
  const tokens = createTokens(secret, TOKEN_SECONDS, Date.now);
  const issued = new Map<number, Promise<string>>();
  const tokenOf = (userId: number): Promise<string> => {
    const token =
      issued.get(userId) ??
      tokens.issueAccess({ userId, sessionId: sessionOf(userId), impersonatorId: null });
    issued.set(userId, token);
    return token;
  };
  const http = new HttpLoad(backend.url);
  return {
    http,
    url: backend.url,
    tokenOf,
    connect: async (userId) => connectSocket(backend.url, await tokenOf(userId)),
    memory() {
      const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${backend.pid}/status`, 'utf8'))?.[1];
      return Number(kilobytes) / 1_024;
    },
    async stop() {
      http.close();
      await backend.end('SIGTERM');
    },
  };
}
