import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { errorKind } from '../desktop/error-kind.ts';
import type { Log } from '../engine-api.ts';
import { type DemoBackend, startBackend } from './backend.ts';
import { type Child, startChild } from './child.ts';

/** The embedded backend and the trainees who answer on it. */
export interface Demo {
  /** Starts what is not running. @returns the backend's origin. */
  start(): Promise<Result<string, ClientError>>;
  /** Lets the demo trainees come in; without effect when they are there. */
  letPeopleIn(): void;
  /** Stops all processes. */
  stop(): Promise<void>;
  /** Stops all processes and deletes the demo's data. */
  erase(): Promise<void>;
}

/** What {@link createDemo} needs. */
export interface DemoParts {
  /** Absolute folder of the demo's data. */
  readonly folder: string;
  /** Absolute paths of the built programs. */
  readonly backendEntry: string;
  readonly peopleEntry: string;
  readonly log: Log;
  /** Told when the backend had to come back under another origin: sessions with the old one are lost. */
  readonly onMoved: (origin: string) => void;
}

/** Milliseconds to wait before a process that died is started again. */
const RESTART_DELAY_MS = 1_000;

/** Makes the demo; nothing runs before `start`. */
export function createDemo({ folder, backendEntry, peopleEntry, log, onMoved }: DemoParts): Demo {
  let backend: DemoBackend | null = null;
  let people: Child | null = null;
  let starting: Promise<DemoBackend | null> | null = null;
  let isWanted = false;
  let arePeopleWanted = false;

  async function startOnce(): Promise<DemoBackend | null> {
    if (backend !== null) return backend;
    const beganAt = performance.now();
    starting ??= startBackend(backendEntry, folder).catch((error: unknown) => {
      log('demo.failed', { error: errorKind(error) });
      return null;
    });
    const started = await starting;
    starting = null;
    if (started === null || started === backend) return started;
    backend = started;
    log('demo.started', { tookMs: Math.round(performance.now() - beganAt) });
    void started.child.exited.then((code) => onBackendGone(started, code));
    return started;
  }

  async function onBackendGone(gone: DemoBackend, code: number): Promise<void> {
    backend = null;
    if (!isWanted) return;
    log('demo.backend-gone', { code });
    await delay(RESTART_DELAY_MS);
    if (!isWanted) return;
    const next = await startOnce();
    if (next !== null && next.origin !== gone.origin) {
      people?.kill();
      onMoved(next.origin);
    }
  }

  function startPeople(): void {
    if (backend === null || people !== null) return;
    const child = startChild({
      codeCache: path.join(folder, 'code'),
      entry: peopleEntry,
      args: [backend.origin],
      name: 'Trainer Inbox demo trainees',
    });
    people = child;
    void child.exited.then(async (code) => {
      people = null;
      if (!isWanted) return;
      log('demo.people-gone', { code });
      await delay(RESTART_DELAY_MS);
      if (isWanted && arePeopleWanted) startPeople();
    });
  }

  async function stop(): Promise<void> {
    isWanted = false;
    arePeopleWanted = false;
    const running = [people, (await starting)?.child ?? null, backend?.child ?? null].filter(
      (child) => child !== null,
    );
    for (const child of running) child.kill();
    await Promise.all(running.map((child) => child.exited));
  }

  return {
    async start() {
      isWanted = true;
      const started = await startOnce();
      return started === null ? fail({ code: 'demo_failed' }) : ok(started.origin);
    },
    letPeopleIn() {
      arePeopleWanted = true;
      startPeople();
    },
    stop,
    async erase() {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
