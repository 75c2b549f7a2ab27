/** Takes pictures of the app: each state in both themes, wide and narrow. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { AppUnderTest } from '../harness/app.ts';
import { resizeWindow, settle } from '../harness/window-size.ts';

/** The themes that each state is shown in. */
export const THEMES = ['light', 'dark'] as const;
/** The windows that each state is shown in. */
export const WINDOWS = {
  wide: { width: 1_200, height: 800 },
  narrow: { width: 400, height: 800 },
} as const;

export type WindowName = keyof typeof WINDOWS;

/** A state of the app, and the files that show it, relative to the album's folder. */
export interface Picture {
  readonly name: string;
  readonly caption: string;
  readonly shots: readonly {
    readonly theme: (typeof THEMES)[number];
    readonly window: WindowName;
    readonly file: string;
  }[];
}

/** In the order in which they are taken. */
const ALL_WINDOWS: readonly WindowName[] = ['wide', 'narrow'];

/** What a state may ask for besides the usual. */
export interface ShotOptions {
  /** Both windows unless only one of them has this state. */
  readonly windows?: readonly WindowName[];
  /** Media features that people set in their system. */
  readonly contrast?: 'more';
  readonly forcedColors?: 'active';
}

/** An album that pictures are added to. */
export interface Camera {
  readonly pictures: readonly Picture[];
  /** Shows the app as it is now; `name` becomes the files' names, `caption` says what is to be seen. */
  shoot(app: AppUnderTest, name: string, caption: string, options?: ShotOptions): Promise<void>;
}

/** Makes a camera whose pictures go into `folder`, which is made if it is missing. */
export function createCamera(folder: string): Camera {
  mkdirSync(folder, { recursive: true });
  const pictures: Picture[] = [];
  return {
    pictures,
    shoot: async (app, name, caption, { windows = ALL_WINDOWS, contrast, forcedColors } = {}) => {
      const shots: Picture['shots'][number][] = [];
      for (const window of windows) {
        await resizeWindow(app, WINDOWS[window]);
        for (const theme of THEMES) {
          await app.page.emulateMedia({
            colorScheme: theme,
            reducedMotion: 'reduce',
            contrast: contrast ?? 'no-preference',
            forcedColors: forcedColors ?? 'none',
          });
          await settle(app.page);
          const file = `${name}-${window}-${theme}.png`;
          await app.page.screenshot({ path: path.join(folder, file) });
          shots.push({ theme, window, file });
        }
      }
      await resizeWindow(app, WINDOWS.wide);
      pictures.push({ name, caption, shots });
    },
  };
}
