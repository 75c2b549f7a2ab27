import type { Page } from 'playwright';
import type { AppUnderTest } from './app.ts';

/** Width and height of what is inside a window, in CSS pixels at actual size. */
export interface WindowSize {
  readonly width: number;
  readonly height: number;
}

/** Gives the app's window this size, and waits until its page, drawn at `zoom` times its size, has it. */
export async function resizeWindow(
  { electron, page }: AppUnderTest,
  size: WindowSize,
  zoom = 1,
): Promise<void> {
  await electron.evaluate(({ BrowserWindow }, { width, height }) => {
    for (const window of BrowserWindow.getAllWindows()) window.setContentSize(width, height);
  }, size);
  await page.waitForFunction(
    ({ width, height }) => window.innerWidth === width && window.innerHeight === height,
    { width: size.width / zoom, height: size.height / zoom },
  );
}

/** Draws the page at so many times its size. */
export async function zoomPage({ electron }: AppUnderTest, factor: number): Promise<void> {
  await electron.evaluate(({ BrowserWindow }, zoom) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.setZoomFactor(zoom);
  }, factor);
}

/** Frames in which nothing may move before a picture is taken. */
const STILL_FRAMES = 6;

/** Waits until nothing on the page scrolls, grows or shrinks any more. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async (stillFrames) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const places = () =>
      [...document.querySelectorAll('*')]
        .map(({ scrollTop, clientHeight, scrollHeight }) => `${scrollTop} ${clientHeight} ${scrollHeight}`)
        .join();
    let last = '';
    for (let still = 0; still < stillFrames;) {
      await frame();
      const now = places();
      still = now === last ? still + 1 : 0;
      last = now;
    }
  }, STILL_FRAMES);
}
