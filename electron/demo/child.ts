import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';

/** A Node program of ours in a utility process. */
export interface Child {
  /** Settles with the exit code when the process is gone. */
  readonly exited: Promise<number>;
  /** Asks the process to end (SIGTERM); without effect when it is gone. */
  kill(): void;
}

/** What {@link startChild} runs. */
export interface ChildProgram {
  /** Absolute path of a built script. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Name in process lists. */
  readonly name: string;
  /** Absolute folder in which the program keeps its compiled code, so that it starts faster the next time. */
  readonly codeCache: string;
  /** Called with each line that the program prints to standard output. */
  readonly onLine?: (line: string) => void;
}

/** Starts a program; it ends with the app at the latest. */
export function startChild({ entry, args, name, codeCache, onLine }: ChildProgram): Child {
  const child = utilityProcess.fork(entry, [...args], {
    serviceName: name,
    env: { ...process.env, NODE_COMPILE_CACHE: codeCache },
    stdio: ['ignore', onLine === undefined ? 'ignore' : 'pipe', 'ignore'],
  });
  const exited = new Promise<number>((resolve) => child.once('exit', resolve));
  if (onLine !== undefined && child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', onLine);
  }
  return {
    exited,
    kill() {
      child.kill();
    },
  };
}
