/**
 * The demo trainees, in a process of their own: real clients of the embedded backend, over HTTP and
 * Socket.IO, who know nothing of the app. Started with the backend's origin as its one argument.
 */
import { systemClock } from '../sync/clock.ts';
import { openSocket } from '../sync/connection.ts';
import { CAST } from './cast.ts';
import { live, type Seat } from './person.ts';

const origin = process.argv.at(-1) ?? '';
const seat: Seat = { origin, fetch: globalThis.fetch, openSocket, clock: systemClock, random: Math.random };

// One after the other: hashing a password is work, and the inbox is just painting.
for (const role of CAST) await Promise.race([live(role, seat), arrival()]);

function arrival(): Promise<void> {
  return new Promise((resolve) => systemClock.after(400, resolve));
}
