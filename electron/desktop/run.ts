/** How this run of the app goes: started carefully or not, and whether something in it broke. */
import type { Change, RunView } from '../../shared/views.ts';
import type { Log } from '../engine-api.ts';
import { errorKind } from './error-kind.ts';

/** What {@link createRun} needs. */
export interface RunParts {
  readonly isSafeStart: boolean;
  readonly log: Log;
  readonly publish: (changes: readonly Change[]) => void;
}

/** This run. */
export interface Run {
  view(): RunView;
  /** An error that nothing handled; only its kind is logged, and the person is told once that there was one. */
  noteFailure(where: 'main' | 'rejection' | 'window', error: unknown): void;
}

/** Begins the account of a run without failures. */
export function createRun({ isSafeStart, log, publish }: RunParts): Run {
  let hasFailed = false;
  const view = (): RunView => ({ isSafeStart, hasFailed });
  return {
    view,
    noteFailure: (where, error) => {
      log('app.failed', { where, error: typeof error === 'string' ? error : errorKind(error) });
      if (hasFailed) return;
      hasFailed = true;
      publish([{ type: 'run.changed', run: view() }]);
    },
  };
}
