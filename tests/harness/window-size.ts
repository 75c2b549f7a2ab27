import type { AppUnderTest } from './app.ts';

/** Width and height of what is inside a window, in CSS pixels. */
export interface WindowSize {
  readonly width: number;
  readonly height: number;
}

/** Gives the app's window this size, and waits until its page has it. */
export async function resizeWindow({ electron, page }: AppUnderTest, size: WindowSize): Promise<void> {
  await electron.evaluate(({ BrowserWindow }, { width, height }) => {
    for (const window of BrowserWindow.getAllWindows()) window.setContentSize(width, height);
  }, size);
  await page.waitForFunction(
    ({ width, height }) => window.innerWidth === width && window.innerHeight === height,
    size,
  );
}
