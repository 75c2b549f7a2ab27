import type { AppUnderTest } from '../harness/app.ts';
import type { Parts } from '../harness/parts.ts';
import type { Camera } from './camera.ts';

/** What an act plays with. */
export interface Stage {
  readonly parts: Parts;
  readonly shoot: Camera['shoot'];
  /** The app with a fresh profile, in a time zone where it is the early afternoon. */
  openApp(args?: readonly string[]): Promise<AppUnderTest>;
}

/** A few states that one app goes through, one after the other. */
export interface Act {
  /** Chooses the act on the command line. */
  readonly name: string;
  play(stage: Stage): Promise<void>;
}

/** Local hour at which the pictures are taken, so that "today" has room for this morning's messages. */
const HOUR = 14;

/** A time zone in which it is about {@link HOUR} now: the demo's messages then have the same labels at any time of day. */
export function afternoonZone(now: Date): string {
  const ahead = HOUR - now.getUTCHours();
  // These zones have their sign the other way round.
  return `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead)}`;
}
