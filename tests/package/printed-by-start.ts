import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { testOnlySwitches } from '../harness/app.ts';
import { waitFor } from '../harness/wait.ts';

/** Far more than a start takes, for a busy machine. */
const START_MS = 40_000;

/** What a packaged app prints until it shows a window or ends by itself; then it is ended. */
export async function printedByStart(
  executable: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(executable, [...args, ...testOnlySwitches()], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const isOver = (): boolean => printed.includes('painted') || child.exitCode !== null;
  await waitFor('a window or the end', isOver, START_MS).finally(() => child.kill('SIGKILL'));
  await ended;
  return printed;
}
