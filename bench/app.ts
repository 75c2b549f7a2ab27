/** The built app: start-up, messages, typing, the outbox, and coming back after a long absence. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findElectronDir } from '../scripts/setup/electron.mjs';
import { measureLongAbsence } from './long-absence.ts';
import { measureMessages } from './messages.ts';
import { measureOutbox } from './outbox-commit.ts';
import { say } from './report.ts';
import { measureSlowServer } from './slow-server.ts';
import { measureStartUp } from './start-up.ts';
import type { Measurement } from './stats.ts';

/** The version of the Electron that the app is measured in. */
export function electronVersion(): string {
  return readFileSync(path.join(findElectronDir() ?? '', 'version'), 'utf8').trim();
}

/** Measures the app with `runs` starts and `messageCount` messages each way. */
export async function measureApp(runs: number, messageCount: number): Promise<readonly Measurement[]> {
  say(`Starting the app and a bare window ${runs} times each, in turn ...`);
  const startUp = await measureStartUp(runs);
  say(`Sending ${messageCount} messages each way ...`);
  const messages = await measureMessages(messageCount);
  say('Typing while the server is slow ...');
  const slowServer = await measureSlowServer(400);
  say('Writing to the outbox ...');
  const outbox = await measureOutbox(300);
  say('Coming back from a long absence ...');
  const longAbsence = await measureLongAbsence(1);
  return [...startUp, ...messages, ...slowServer, ...outbox, ...longAbsence];
}
