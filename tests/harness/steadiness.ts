/** Whether what a person reads stays where it is: looks at every painted frame of the open thread. */
import { z } from '../../shared/schema.ts';
import type { AppUnderTest } from './app.ts';

/** A band of the thread's view without any row that is higher than this, in pixels, is a hole. */
const HOLE_PX = 24;

const coverSchema = z.object({ frames: z.number(), holes: z.number(), highestHole: z.number() });
const placeSchema = coverSchema.extend({ watched: z.string(), shift: z.number(), isGone: z.boolean() });
const scrollSchema = coverSchema.extend({
  jump: z.number(),
  waits: z.number(),
  frameMs: z.array(z.number()),
  mostRows: z.number(),
  endText: z.string(),
});

/** Whether the view was full of rows in the frames that were painted. */
export interface CoverReport {
  readonly frames: number;
  /** Frames with a band of the view that no row covered. */
  readonly holes: number;
  /** The highest such band, in CSS pixels. */
  readonly highestHole: number;
}

/** What was seen in the frames that were painted while something happened. */
export interface PlaceReport extends CoverReport {
  /** The text of the watched message. */
  readonly watched: string;
  /** How far the watched message was from its place in the worst frame, in CSS pixels. */
  readonly shift: number;
  /** The watched message left the document. */
  readonly isGone: boolean;
}

/** What was seen while somebody scrolled. */
export interface ScrollReport extends CoverReport {
  /** How far a message was at most from where the scrolling should have put it, in CSS pixels. */
  readonly jump: number;
  /** Frames in which the reader stood at the edge of what was loaded. */
  readonly waits: number;
  /** Milliseconds between each frame and the one before it. */
  readonly frameMs: readonly number[];
  /** The most rows that were in the document at once. */
  readonly mostRows: number;
  /** The text at the edge that was reached. */
  readonly endText: string;
}

/**
 * Which message is watched: the first that begins in view, by its place in the window, or the last one, by its
 * distance from the lower edge of the thread.
 */
export type Watched = 'first' | 'last';

/** A list that is looked at, by selectors. */
interface WatchedList {
  readonly view: string;
  /** What covers the view. */
  readonly rows: string;
  /** What people see of it. */
  readonly items: string;
}

const THREAD: WatchedList = { view: '[role=log]', rows: '[data-index]', items: '[role=listitem]' };
const CONVERSATIONS: WatchedList = { view: '[role=listbox]', rows: '[role=option]', items: '[role=option]' };

/** What the functions below need inside the window; they are sent there one by one and share nothing else. */
interface Watcher {
  readonly view: HTMLElement;
  readonly items: () => HTMLElement[];
  readonly cover: { frames: number; holes: number; highestHole: number };
  /** Calls `before` at the beginning of each frame and `look` at its end until the returned function is called. */
  readonly eachFrame: (before: () => void, look: () => void) => () => void;
}

/**
 * Runs inside the window. A frame is looked at in the last step before it is painted, after the app's own size
 * observers: what is there any earlier, or between two frames, nobody sees.
 */
function installWatcher([list, holePx]: readonly [WatchedList, number]): void {
  const view = document.querySelector<HTMLElement>(list.view);
  if (view === null) throw new Error('There is no list to look at.');
  const highestHole = (): number => {
    const { top, bottom } = view.getBoundingClientRect();
    let covered = top;
    let hole = 0;
    const rows = [...view.querySelectorAll(list.rows)].map((row) => row.getBoundingClientRect());
    for (const row of rows.toSorted((a, b) => a.top - b.top)) {
      if (row.bottom <= top || row.top >= bottom) continue;
      hole = Math.max(hole, row.top - covered);
      covered = Math.max(covered, row.bottom);
    }
    return Math.max(hole, bottom - covered);
  };
  const cover = { frames: 0, holes: 0, highestHole: 0 };
  const watcher: Watcher = {
    view,
    items: () => [...view.querySelectorAll<HTMLElement>(list.items)],
    cover,
    eachFrame: (before, look) => {
      // An element that changes its size in each frame, so that its observer, the youngest of all, is called last.
      const pulse = document.createElement('div');
      pulse.style.position = 'fixed';
      document.body.append(pulse);
      const observer = new ResizeObserver(() => {
        const hole = highestHole();
        cover.frames += 1;
        cover.highestHole = Math.max(cover.highestHole, hole);
        if (hole > holePx) cover.holes += 1;
        look();
      });
      observer.observe(pulse);
      let frame = requestAnimationFrame(function next() {
        pulse.style.width = pulse.style.width === '1px' ? '2px' : '1px';
        frame = requestAnimationFrame(next);
        before();
      });
      return () => {
        cancelAnimationFrame(frame);
        observer.disconnect();
        pulse.remove();
      };
    },
  };
  Reflect.set(window, 'listWatcher', watcher);
}

/** Runs inside the window, after {@link installWatcher}. */
function installPlaceWatch(kind: Watched): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- put there by the function above
  const { view, items, cover, eachFrame } = Reflect.get(window, 'listWatcher') as Watcher;
  const { top } = view.getBoundingClientRect();
  const watched =
    kind === 'last' ? items().at(-1) : items().find((item) => item.getBoundingClientRect().top >= top - 1);
  if (watched === undefined) throw new Error('No message is in view.');
  const placeOf = (): number =>
    kind === 'last'
      ? view.getBoundingClientRect().bottom - watched.getBoundingClientRect().bottom
      : watched.getBoundingClientRect().top;
  const place = placeOf();
  const report = { watched: watched.textContent, shift: 0, isGone: false };
  const stop = eachFrame(
    () => undefined,
    () => {
      report.isGone ||= !watched.isConnected;
      if (watched.isConnected) report.shift = Math.max(report.shift, Math.abs(placeOf() - place));
    },
  );
  Reflect.set(window, 'endPlaceWatch', async () => {
    const from = cover.frames;
    // What has just happened may still be on its way to the glass.
    await new Promise<void>((resolve) => {
      requestAnimationFrame(function wait() {
        if (cover.frames < from + 4) requestAnimationFrame(wait);
        else resolve();
      });
    });
    stop();
    return { ...report, ...cover };
  });
}

/** Watches one message in every frame from before `action` until four frames after it. */
export async function watchPlace(
  { page }: AppUnderTest,
  watched: Watched,
  action: () => Promise<unknown>,
): Promise<PlaceReport> {
  await page.evaluate(installWatcher, [THREAD, HOLE_PX] as const);
  await page.evaluate(installPlaceWatch, watched);
  await action();
  const report: unknown = await page.evaluate(() => {
    const end: unknown = Reflect.get(window, 'endPlaceWatch');
    return typeof end === 'function' ? (end() as unknown) : null;
  });
  return placeSchema.parse(report);
}

/** Runs inside the window, after {@link installWatcher}. */
function scrollWithin([pxPerFrame, stopAt, patienceMs]: readonly [number, string, number]): Promise<unknown> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- put there by the function above
  const { view, items, cover, eachFrame } = Reflect.get(window, 'listWatcher') as Watcher;
  const report = { jump: 0, waits: 0, frameMs: [] as number[], mostRows: 0, endText: '' };
  let lastFrameAt = performance.now();
  let movedAt = lastFrameAt;
  let expected: { readonly item: HTMLElement; readonly top: number } | null = null;
  return new Promise((resolve) => {
    const stop = eachFrame(
      () => {
        const now = performance.now();
        report.frameMs.push(now - lastFrameAt);
        lastFrameAt = now;
        // One that stays in view.
        const { top, bottom } = view.getBoundingClientRect();
        const item =
          pxPerFrame < 0
            ? items().find((one) => one.getBoundingClientRect().top >= top + 1)
            : items().findLast((one) => one.getBoundingClientRect().bottom <= bottom - 1);
        const before = item?.getBoundingClientRect().top ?? 0;
        const from = view.scrollTop;
        view.scrollTop += pxPerFrame;
        // A person's scrolling comes together with its event; that of a script is told a frame later.
        view.dispatchEvent(new Event('scroll'));
        const moved = from - view.scrollTop;
        if (moved === 0) report.waits += 1;
        else movedAt = now;
        expected = item === undefined ? null : { item, top: before + moved };
      },
      () => {
        if (expected?.item.isConnected) {
          const { top } = expected.item.getBoundingClientRect();
          report.jump = Math.max(report.jump, Math.abs(top - expected.top));
        }
        const all = items();
        report.mostRows = Math.max(report.mostRows, all.length);
        const edge = (pxPerFrame < 0 ? all[0] : all.at(-1))?.textContent ?? '';
        if (!edge.includes(stopAt) && performance.now() - movedAt < patienceMs) return;
        if (performance.now() - movedAt < 100) return;
        stop();
        resolve({ ...report, ...cover, endText: edge });
      },
    );
  });
}

/** Scrolls the conversation list as {@link scrollThrough} does a thread. */
export async function scrollThroughList(
  app: AppUnderTest,
  pxPerFrame: number,
  stopAt: string,
): Promise<ScrollReport> {
  return scroll(app, CONVERSATIONS, pxPerFrame, stopAt);
}

/**
 * Scrolls the open thread by so many pixels in every frame (upward when negative, less than a view), until the
 * message that holds `stopAt` has been reached, or nothing has moved for five seconds.
 */
export async function scrollThrough(
  app: AppUnderTest,
  pxPerFrame: number,
  stopAt: string,
): Promise<ScrollReport> {
  return scroll(app, THREAD, pxPerFrame, stopAt);
}

async function scroll(
  { page }: AppUnderTest,
  list: WatchedList,
  pxPerFrame: number,
  stopAt: string,
): Promise<ScrollReport> {
  await page.evaluate(installWatcher, [list, HOLE_PX] as const);
  return scrollSchema.parse(await page.evaluate(scrollWithin, [pxPerFrame, stopAt, 5_000] as const));
}
