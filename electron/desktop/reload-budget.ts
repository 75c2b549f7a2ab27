/** Decides whether and when a page whose process died is loaded again. */
export interface ReloadBudget {
  /** Milliseconds to wait before the next reload, or null when it died too often. */
  next(nowMs: number): number | null;
}

const WINDOW_MS = 60_000;
const DELAYS_MS = [0, 500, 2_000] as const;

/** Allows three reloads in any minute, each a little later than the one before. */
export function createReloadBudget(): ReloadBudget {
  let deaths: readonly number[] = [];
  return {
    next(nowMs) {
      deaths = deaths.filter((at) => nowMs - at < WINDOW_MS);
      const delayMs = DELAYS_MS[deaths.length];
      if (delayMs === undefined) return null;
      deaths = [...deaths, nowMs];
      return delayMs;
    },
  };
}
