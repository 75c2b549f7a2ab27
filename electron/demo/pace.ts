/** How long a demo trainee takes, in milliseconds: unhurried, but nobody has to wait for a minute. */

/** From the phone's buzz to the message on the screen. */
export function noticeMs(random: () => number): number {
  return between(700, 1_600, random);
}

/** From seeing `text` to the first key. */
export function readingMs(text: string, random: () => number): number {
  return Math.min(400 + text.length * 12, 2_500) * between(0.8, 1.2, random);
}

/** Typing `reply`, in proportion to its length. */
export function typingMs(reply: string, random: () => number): number {
  return Math.min(Math.max(reply.length * 45, 1_200), 5_500) * between(0.85, 1.15, random);
}

/** From arriving to writing first, for somebody who has something to tell. */
export function firstOpenerMs(random: () => number): number {
  return between(3_000, 5_000, random);
}

/** Between two messages that a person writes unasked. */
export function laterOpenerMs(random: () => number): number {
  return between(10 * 60_000, 20 * 60_000, random);
}

function between(low: number, high: number, random: () => number): number {
  return low + random() * (high - low);
}
