import { useEffect, useState } from 'react';
import type { AppView, ConnectionView, SessionView } from '../shared/views.ts';
import { retryConnection, stopViewing } from './data/commands.ts';
import { errorText } from './error-text.ts';
import { clockTime } from './time/labels.ts';
import { useNow } from './time/use-now.ts';
import { Button } from './ui/button.tsx';
import { useWords } from './words.ts';

/** A blip shorter than this, in milliseconds, is not worth a word. */
const QUIET_MS = 3_000;
/** After this long without any exchange it is called by its name. */
const OFFLINE_MS = 10_000;

/** What the connection banner says. */
export type ConnectionNotice = 'none' | 'reconnecting' | 'offline';

/** Which words fit a connection that has not been live for `downMs` milliseconds. Pure. */
export function noticeFor(phase: ConnectionView['phase'], downMs: number): ConnectionNotice {
  if (phase === 'live' || downMs < QUIET_MS) return 'none';
  return phase === 'offline' && downMs >= OFFLINE_MS ? 'offline' : 'reconnecting';
}

/** Milliseconds since this began, as far as the words depend on it. */
function useDownTime(): number {
  const [downMs, setDownMs] = useState(0);
  useEffect(() => {
    const timers = [QUIET_MS, OFFLINE_MS].map((ms) => setTimeout(() => setDownMs(ms), ms));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  return downMs;
}

/** Mounted while the connection is not live. */
function ConnectionBanner({ connection }: { readonly connection: ConnectionView }) {
  const { place } = useNow();
  const { say } = useWords();
  const notice = noticeFor(connection.phase, useDownTime());
  if (notice === 'none') return null;
  const { lastUpdatedAt, waitingCount } = connection;
  const offline = [say('banners.offline')];
  if (lastUpdatedAt !== null) {
    offline.push(say('banners.lastUpdated', { time: clockTime(Date.parse(lastUpdatedAt), place) }));
  }
  if (waitingCount > 0) offline.push(say('banners.waiting', { count: waitingCount }));
  const text = notice === 'reconnecting' ? say('banners.reconnecting') : offline.join(' ');
  return (
    <div className="flex items-center justify-center gap-3 bg-hover px-4 py-1.5 text-sm text-soft">
      <p role="status" aria-label={text}>
        {text}
      </p>
      {notice === 'offline' ? (
        <button
          type="button"
          className="rounded px-1 font-medium text-accent-ink hover:underline"
          onClick={retryConnection}
        >
          {say('common.retry')}
        </button>
      ) : null}
    </div>
  );
}

/** The end is told by this computer's clock, so the server's has no part in it. */
function secondsUntil(until: string): number {
  return Math.ceil((Date.parse(until) - Date.now()) / 1_000);
}

function PauseBanner({ until }: { readonly until: string }) {
  const { say } = useWords();
  const [seconds, setSeconds] = useState(() => secondsUntil(until));
  const [isFirst, setIsFirst] = useState(true);
  useEffect(() => {
    const timer = setInterval(() => {
      setSeconds(secondsUntil(until));
      setIsFirst(false);
    }, 1_000);
    return () => clearInterval(timer);
  }, [until]);
  if (seconds <= 0) return null;
  const text = say('banners.slowDown', { count: seconds });
  return (
    <p
      role="status"
      // Said once; a countdown read aloud each second would drown everything else.
      aria-live={isFirst ? 'polite' : 'off'}
      aria-label={text}
      className="bg-notice-soft px-4 py-1.5 text-center text-sm text-notice-ink tabular-nums"
    >
      {text}
    </p>
  );
}

function ViewingBanner({ name }: { readonly name: string }) {
  const { say } = useWords();
  const text = say('trainers.viewing', { name });
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-1 bg-notice-soft px-4 py-1.5 text-notice-ink">
      <p role="status" aria-label={text} className="people-text font-medium">
        {text}
      </p>
      <Button onClick={stopViewing}>{say('trainers.stop')}</Button>
    </div>
  );
}

interface BannersProps {
  readonly view: AppView;
  readonly session: SessionView;
}

/** What the person must know whatever they look at: storage, sending pause, connection, demo. */
export function Banners({ view: { connection, run, storageProblem }, session }: BannersProps) {
  const { say } = useWords();
  const { isDemo, impersonator, user } = session;
  const isConnected = connection.phase === 'live' || run.isSafeStart;
  return (
    <div className="shrink-0">
      {impersonator === null ? null : <ViewingBanner name={user.name} />}
      {storageProblem === null ? null : (
        <p role="alert" className="bg-danger-soft px-4 py-1.5 text-center text-sm text-danger">
          {errorText(storageProblem, say)}
        </p>
      )}
      {connection.sendPausedUntil === null ? null : (
        <PauseBanner key={connection.sendPausedUntil} until={connection.sendPausedUntil} />
      )}
      {isConnected ? null : <ConnectionBanner connection={connection} />}
      {isDemo ? (
        <p className="bg-selected px-4 py-1.5 text-center text-sm text-accent-ink">{say('banners.demo')}</p>
      ) : null}
    </div>
  );
}
