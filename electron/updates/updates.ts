/** When new versions are looked for, downloaded and installed. Knows no Electron and no network. */
import type { UpdateProblem, UpdateView } from '../../shared/updates.ts';
import type { Clock, Log } from '../engine-api.ts';
import { problemOf } from './problems.ts';

/** Where new versions come from. What it throws is sorted by {@link problemOf}. */
export interface UpdateSource {
  /** The newer version that is offered, or null. */
  find(): Promise<string | null>;
  /** Downloads what {@link find} found last, and verifies it. */
  download(onProgress: (percent: number) => void): Promise<void>;
  /** Installs what was downloaded last; when that works the app is about to end. */
  install(): Promise<InstallOutcome>;
}

/** What became of an installation. */
export type InstallOutcome =
  | { readonly isStarted: true }
  | { readonly isStarted: false; readonly command: string; readonly folder: string };

/** What {@link createUpdates} needs. */
export interface UpdateParts {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Opened at the first check; null where this copy does not update itself. */
  readonly openSource: (() => Promise<UpdateSource>) | null;
  /** Messages are waiting to be sent: nothing else shall use the network. */
  readonly isSending: () => boolean;
  /** Told each time that the view is another. */
  readonly onChange: (view: UpdateView) => void;
  readonly log: Log;
}

/** The app's updates. */
export interface Updates {
  readonly view: UpdateView;
  /** Begins to look for new versions by itself. */
  start(): void;
  /** Looks now, for a person who asked; what comes of it is told by `onChange`. */
  check(): Promise<void>;
  /** Installs what is ready. */
  install(): Promise<void>;
  stop(): void;
}

/** The first look waits until the app has started and the inbox is up to date, in milliseconds. */
const FIRST_CHECK_MS = 60_000;
const CHECK_EVERY_MS = 6 * 60 * 60 * 1_000;
/** So many parts of the time between two checks are by chance: many apps shall not ask in one moment. */
const JITTER = 0.1;
/** A check that would be in the way of sending waits this long, in milliseconds. */
const POSTPONE_MS = 60_000;

/** Creates them; nothing happens before `start` or `check`. */
export function createUpdates(parts: UpdateParts): Updates {
  const { clock, log, openSource } = parts;
  let view: UpdateView =
    openSource === null ? { phase: 'off' } : { phase: 'idle', checkedAt: null, problem: null };
  let checkedAt: string | null = null;
  let source: UpdateSource | null = null;
  let cancel: () => void = () => {};
  let isStopped = false;

  function show(next: UpdateView): void {
    view = next;
    if (!isStopped) parts.onChange(next);
  }

  function rest(problem: UpdateProblem | null): void {
    show({ phase: 'idle', checkedAt, problem });
  }

  function schedule(ms: number): void {
    cancel();
    if (!isStopped) cancel = clock.after(ms * (1 + JITTER * parts.random()), () => void lookByItself());
  }

  async function lookByItself(): Promise<void> {
    if (parts.isSending()) return schedule(POSTPONE_MS);
    await look();
  }

  async function look(): Promise<void> {
    // What is downloaded is not looked for again, and what failed to install is not tried again by itself.
    if (openSource === null || view.phase !== 'idle') return;
    cancel();
    show({ phase: 'checking' });
    try {
      source ??= await openSource();
      const version = await source.find();
      checkedAt = new Date(clock.now()).toISOString();
      log('updates.checked', { isNewer: version !== null });
      if (version === null) rest(null);
      else await download(source, version);
    } catch (error) {
      const problem = problemOf(error);
      log('updates.refused', { problem });
      rest(problem);
    }
    if (view.phase === 'idle') schedule(CHECK_EVERY_MS);
  }

  async function download(from: UpdateSource, version: string): Promise<void> {
    show({ phase: 'downloading', version, percent: 0 });
    await from.download((percent) => {
      const shown = Math.min(100, Math.floor(percent));
      if (view.phase === 'downloading' && shown > view.percent) show({ ...view, percent: shown });
    });
    log('updates.ready');
    show({ phase: 'ready', version });
  }

  return {
    get view() {
      return view;
    },
    start: () => {
      if (openSource !== null) schedule(FIRST_CHECK_MS);
    },
    check: look,
    install: async () => {
      if ((view.phase !== 'ready' && view.phase !== 'manual') || source === null) return;
      const { version } = view;
      show({ phase: 'installing', version });
      try {
        const outcome = await source.install();
        log('updates.installed', { isStarted: outcome.isStarted });
        if (!outcome.isStarted) {
          show({ phase: 'manual', version, command: outcome.command, folder: outcome.folder });
        }
      } catch (error) {
        // The file is not what it was when it was verified: it is fetched anew.
        const problem = problemOf(error);
        log('updates.not_installed', { problem });
        rest(problem);
        schedule(POSTPONE_MS);
      }
    },
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
