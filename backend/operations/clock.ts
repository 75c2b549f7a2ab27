/** Milliseconds since the Unix epoch; passed in, so that tests can command the time. */
export type Clock = () => number;

/** A stored time as the wire carries it: ISO 8601, UTC, milliseconds. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The same for a time that may be missing. */
export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds);
}
