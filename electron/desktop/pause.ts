import type { PauseLength } from '../../shared/desktop.ts';

const MORNING_HOUR = 7;
const MINUTE_MS = 60_000;

/** When a pause that begins at `now` ends; both in milliseconds since 1970, the morning by the local calendar. */
export function pauseEnd(length: PauseLength, now: number): number {
  if (length !== 'tomorrow') return now + Number(length) * MINUTE_MS;
  const morning = new Date(now);
  if (morning.getHours() >= MORNING_HOUR) morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  return morning.getTime();
}
