/** Whether what a person reads stays where it is: looks at every painted frame of the open thread. */
import { z } from '../../shared/schema.ts';
import type { AppUnderTest } from './app.ts';

/** A band of the thread's view without any row that is higher than this, in pixels, is a hole. */
const HOLE_PX = 24;

const reportSchema = z.object({
  watched: z.string(),
  shift: z.number(),
  isGone: z.boolean(),
  frames: z.number(),
  holes: z.number(),
  highestHole: z.number(),
});

/** What was seen in the frames that were painted while something happened. */
export interface PlaceReport {
  /** The text of the watched message. */
  readonly watched: string;
  /** How far the watched message was from its place in the worst frame, in CSS pixels. */
  readonly shift: number;
  /** The watched message left the document. */
  readonly isGone: boolean;
  readonly frames: number;
  /** Frames with a band of the view that no row covered. */
  readonly holes: number;
  /** The highest such band, in CSS pixels. */
  readonly highestHole: number;
}

/**
 * Which message is watched: the first that begins in view, by its place in the window, or the last one, by its
 * distance from the lower edge of the thread.
 */
export type Watched = 'first' | 'last';

/**
 * Runs inside the window. A frame is looked at in the last step before it is painted, after the app's own size
 * observers: what is there any earlier, or between two frames, nobody sees.
 */
function installPlaceWatch([kind, holePx]: readonly [Watched, number]): void {
  const log = document.querySelector<HTMLElement>('[role=log]');
  if (log === null) throw new Error('No thread is open.');
  const items = [...log.querySelectorAll<HTMLElement>('[role=listitem]')];
  const view = log.getBoundingClientRect();
  const watched =
    kind === 'last' ? items.at(-1) : items.find((item) => item.getBoundingClientRect().top >= view.top + 1);
  if (watched === undefined) throw new Error('No message is in view.');
  const placeOf = (): number =>
    kind === 'last'
      ? log.getBoundingClientRect().bottom - watched.getBoundingClientRect().bottom
      : watched.getBoundingClientRect().top;
  const highestHole = (): number => {
    const { top, bottom } = log.getBoundingClientRect();
    let covered = top;
    let hole = 0;
    const rows = [...log.querySelectorAll<HTMLElement>('[data-index]')].map((row) =>
      row.getBoundingClientRect(),
    );
    for (const row of rows.toSorted((a, b) => a.top - b.top)) {
      if (row.bottom <= top || row.top >= bottom) continue;
      hole = Math.max(hole, row.top - covered);
      covered = Math.max(covered, row.bottom);
    }
    return Math.max(hole, bottom - covered);
  };
  const place = placeOf();
  const report = {
    watched: watched.textContent,
    shift: 0,
    isGone: false,
    frames: 0,
    holes: 0,
    highestHole: 0,
  };
  let isOver = false;
  const look = (): void => {
    report.frames += 1;
    report.isGone ||= !watched.isConnected;
    if (watched.isConnected) report.shift = Math.max(report.shift, Math.abs(placeOf() - place));
    const hole = highestHole();
    report.highestHole = Math.max(report.highestHole, hole);
    if (hole > holePx) report.holes += 1;
  };
  // An element that changes its size in each frame, so that its observer, the youngest of all, is always called last.
  const pulse = document.createElement('div');
  pulse.style.position = 'fixed';
  document.body.append(pulse);
  const observer = new ResizeObserver(look);
  observer.observe(pulse);
  requestAnimationFrame(function frame() {
    if (isOver) return;
    pulse.style.width = pulse.style.width === '1px' ? '2px' : '1px';
    requestAnimationFrame(frame);
  });
  Reflect.set(window, 'endPlaceWatch', async () => {
    const from = report.frames;
    // What has just happened may still be on its way to the glass.
    await new Promise<void>((resolve) => {
      requestAnimationFrame(function wait() {
        if (report.frames < from + 4) requestAnimationFrame(wait);
        else resolve();
      });
    });
    isOver = true;
    observer.disconnect();
    pulse.remove();
    return report;
  });
}

/** Watches one message in every frame from before `action` until four frames after it. */
export async function watchPlace(
  app: AppUnderTest,
  watched: Watched,
  action: () => Promise<unknown>,
): Promise<PlaceReport> {
  await app.page.evaluate(installPlaceWatch, [watched, HOLE_PX] as const);
  await action();
  const report: unknown = await app.page.evaluate(() => {
    const end: unknown = Reflect.get(window, 'endPlaceWatch');
    return typeof end === 'function' ? (end() as unknown) : null;
  });
  return reportSchema.parse(report);
}
