import { useMemo, useSyncExternalStore } from 'react';
import { formattingLocale } from '../../shared/words/languages.ts';
import { useAppView } from '../data/queries.ts';
import { useWords } from '../words.ts';
import type { Place } from './labels.ts';

/** Often enough for "5m ago" to be right, seldom enough to cost nothing. */
const TICK_MS = 10_000;

interface Moment {
  readonly localMs: number;
  readonly timeZone: string;
}

function readMoment(): Moment {
  // Asked anew each time: the person may have travelled since.
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { localMs: Date.now(), timeZone };
}

let moment: Moment | null = null;
const listeners = new Set<() => void>();
let stopTicking: (() => void) | null = null;

function tick(): void {
  moment = readMoment();
  for (const listener of listeners) listener();
}

function startTicking(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  // At whole ten seconds, so that a new day begins on the stroke of midnight.
  const wait = (): void => {
    timer = setTimeout(
      () => {
        tick();
        wait();
      },
      TICK_MS - (Date.now() % TICK_MS),
    );
  };
  wait();
  window.addEventListener('focus', tick);
  document.addEventListener('visibilitychange', tick);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('focus', tick);
    document.removeEventListener('visibilitychange', tick);
  };
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  stopTicking ??= startTicking();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stopTicking?.();
    stopTicking = null;
    moment = null;
  };
}

function current(): Moment {
  moment ??= readMoment();
  return moment;
}

/** The present, refreshed as time passes, on focus and at midnight. */
export interface Now {
  /** Milliseconds by the server's clock. */
  readonly nowMs: number;
  /** Milliseconds from this computer's clock to the server's. */
  readonly serverTimeOffsetMs: number;
  readonly place: Place;
}

/** The present for labels; components that use it render again as time passes. */
export function useNow(): Now {
  const { localMs, timeZone } = useSyncExternalStore(listen, current);
  const { language, say } = useWords();
  const place = useMemo(
    () => ({ locale: formattingLocale(language, navigator.language), timeZone, say }),
    [language, say, timeZone],
  );
  const serverTimeOffsetMs = useAppView()?.connection.serverTimeOffsetMs ?? 0;
  return { nowMs: localMs + serverTimeOffsetMs, serverTimeOffsetMs, place };
}
