import type { Engine } from '../../../electron/engine-api.ts';
import { createEngine } from '../../../electron/engine.ts';
import { systemClock } from '../../../electron/sync/clock.ts';
import { openSocket } from '../../../electron/sync/connection.ts';
import { keyring } from '../../engine/support/keyring.ts';
import { DEMO_PASSWORD } from '../../harness/trainee-client.ts';

/** The engine as the app builds it, on a system with a keyring: real clock, files, HTTP and sockets. */
export function createRealEngine(dataDir: string, log: (event: string) => void = () => undefined): Engine {
  return createEngine({
    dataDir,
    clock: systemClock,
    random: Math.random,
    fetch: globalThis.fetch,
    openSocket,
    vault: keyring,
    log,
    publish: () => undefined,
  });
}

/** Signs the demo's trainer in; throws when that fails. */
export async function signInTrainer(engine: Engine, server: string): Promise<void> {
  const input = { server, email: 'trainer@demo.test', password: DEMO_PASSWORD, isDemo: false };
  const result = await engine.signIn(input);
  if (!result.ok) throw new Error(`Signing in failed: ${result.error.code}`);
}

/** True when nothing waits to be sent and what the server has is here. */
export function isSettled(engine: Engine): boolean {
  const { connection } = engine.view();
  return connection.phase === 'live' && connection.waitingCount === 0;
}
