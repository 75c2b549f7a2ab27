import type { UpdateProblem } from '../../shared/updates.ts';

/** Why an update was refused, thrown where that is known. */
export class UpdateError extends Error {
  override readonly name = 'UpdateError';
  readonly problem: UpdateProblem;

  constructor(problem: UpdateProblem, reason: string) {
    super(reason);
    this.problem = problem;
  }
}

/** Problems by the code that Node, Chromium's network or the updater gives their errors. */
const PROBLEMS: readonly (readonly [pattern: RegExp, problem: UpdateProblem])[] = [
  [/ENOSPC|EDQUOT|EFBIG/, 'disk_full'],
  [/ERR_CHECKSUM_MISMATCH/, 'damaged'],
  [/ERR_UPDATER_INVALID|ERR_UPDATER_NO_/, 'untrusted'],
  [/^HTTP_ERROR_|net::ERR_|ERR_UPDATER_CHANNEL|ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN/, 'unreachable'],
];

/** Sorts whatever was thrown on the way to an update. */
export function problemOf(error: unknown): UpdateProblem {
  if (error instanceof UpdateError) return error.problem;
  if (!(error instanceof Error)) return 'failed';
  // Chromium's network has the code in its message only.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return PROBLEMS.find(([pattern]) => pattern.test(code))?.[1] ?? 'failed';
}
