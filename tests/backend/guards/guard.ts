/** A check without which somebody could do what they must not, and how it is taken away. */
export interface Guard {
  readonly name: string;
  readonly file: string;
  /** The code of the guard, which has to be in the file exactly once. */
  readonly code: string;
  /** What stands in its place when it is gone. */
  readonly without?: string;
  /** Test files (parts of their names) of which at least one has to fail then. */
  readonly tests: readonly string[];
}

/** Test files, by parts of their names, that miss a guard of their concern. */
export const TESTS = {
  ownership: ['tests/backend/ownership/'],
  accounts: ['tests/backend/accounts.test'],
  forged: ['tests/backend/forged-tokens.test'],
  sending: ['tests/backend/sending.test'],
  removal: ['tests/backend/removal.test'],
  feed: ['tests/backend/feed.test'],
  sockets: ['tests/backend/sockets.test'],
  limits: ['tests/backend/limits.test'],
  http: ['tests/backend/http.test'],
} as const;
