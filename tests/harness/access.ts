/** Who could not use the window as it is now, and why: what assistive technology, contrast, motion and size ask for. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import type { AppUnderTest } from './app.ts';
import { forcedColorFindings } from './forced-colors.ts';
import { clippedTexts } from './page-text.ts';
import { resizeWindow, settle, zoomPage, type WindowSize } from './window-size.ts';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const USUAL = { colorScheme: 'light', contrast: 'no-preference', forcedColors: 'none' } as const;
/** What people set in their systems, besides {@link USUAL}. */
const LOOKS = {
  dark: { ...USUAL, colorScheme: 'dark' },
  'more contrast': { ...USUAL, contrast: 'more' },
} as const;

/** The smallest window, and a small one in which everything is drawn at double size. */
const TIGHT: Readonly<Record<string, { readonly zoom: number; readonly size: WindowSize }>> = {
  'at 360 × 480': { zoom: 1, size: { width: 360, height: 480 } },
  'at 720 × 480 and double size': { zoom: 2, size: { width: 720, height: 480 } },
};

/** Stands for the source of axe where the page has it: putting it there takes longer than all that it looks for. */
const NOTHING_NEW = ';';

/** Serious and critical findings by these tags or rules, each as its rule and the first places. */
async function axeFindings(page: Page, runOnly = STANDARDS): Promise<readonly string[]> {
  const hasAxe = await page.evaluate(() => 'axe' in window);
  const { violations } = await new AxeBuilder({ page, ...(hasAxe ? { axeSource: NOTHING_NEW } : {}) })
    .setLegacyMode(true)
    .options({ runOnly, resultTypes: ['violations'] })
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => {
      const places = nodes.slice(0, 3).map(({ html, failureSummary = '' }) => `${html} ${failureSummary}`);
      return `${id}: ${places.join(' | ')}`;
    });
}

/** Animations that run although the person asked for none. */
async function movingParts(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .map(({ effect }) => {
        const target = effect instanceof KeyframeEffect ? effect.target : null;
        return `moves: ${target?.className ?? 'something'}`;
      }),
  );
}

/**
 * Runs inside the window: what scrolls sideways, and the controls that cannot be brought into view and hit there. Long
 * lists are left out, which draw what is in view only.
 */
function findOutOfReach(): readonly string[] {
  const overlay = [...document.querySelectorAll('[role="dialog"], [role="menu"]')].at(-1);
  const found: string[] = [];
  const nameOf = (element: Element): string =>
    element.getAttribute('aria-label') ?? (element.textContent?.trim() || element.tagName);
  for (const element of [document.documentElement, ...document.body.querySelectorAll('*')]) {
    const { overflowX } = getComputedStyle(element);
    const isScroller = element === document.documentElement || overflowX === 'auto' || overflowX === 'scroll';
    if (isScroller && element.scrollWidth > element.clientWidth + 1)
      found.push(`scrolls sideways: ${nameOf(element)}`);
  }
  const controls = (overlay ?? document.body).querySelectorAll<HTMLElement>(
    'a[href], button, input, textarea, [role="tab"], [role="menuitem"]',
  );
  for (const control of controls) {
    if (!control.checkVisibility() || control.closest('[role="log"], [role="listbox"], li') !== null)
      continue;
    control.scrollIntoView({ block: 'nearest' });
    const { left, right, top, bottom } = control.getBoundingClientRect();
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const isHit = hit !== null && (control.contains(hit) || hit.closest('label')?.contains(control) === true);
    const isInside =
      left >= -1 && right <= window.innerWidth + 1 && top >= -1 && bottom <= window.innerHeight + 1;
    if (!isHit || !isInside) found.push(`out of reach: ${nameOf(control)}`);
  }
  return found;
}

async function tightFindings(app: AppUnderTest, back: WindowSize): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [where, { zoom, size }] of Object.entries(TIGHT)) {
    await zoomPage(app, zoom);
    await resizeWindow(app, size, zoom);
    await settle(app.page);
    const problems = [
      ...(await app.page.evaluate(findOutOfReach)),
      ...(await clippedTexts(app.page)).map((text) => `cut off: ${text}`),
    ];
    found.push(...problems.map((problem) => `${where}, ${problem}`));
  }
  await zoomPage(app, 1);
  await resizeWindow(app, back);
  return found;
}

/**
 * Everything that keeps somebody out of what the window shows now: serious findings of axe; texts with too little contrast in
 * each theme, with and without more of it; what forced colours leave unseen; parts that move for people who asked for
 * stillness; controls and texts that a small window or double size puts out of reach.
 * @param back the window's size, which it has again afterwards
 */
export async function barriersIn(app: AppUnderTest, back: WindowSize): Promise<readonly string[]> {
  const { page } = app;
  const found: string[] = [];
  await page.emulateMedia({ ...USUAL, reducedMotion: 'reduce' });
  found.push(...(await axeFindings(page)), ...(await movingParts(page)));
  for (const [look, media] of Object.entries(LOOKS)) {
    await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    found.push(...(await axeFindings(page, ['color-contrast'])).map((finding) => `${look}, ${finding}`));
  }
  found.push(...(await forcedColorFindings(page)));
  await page.emulateMedia({ ...USUAL, reducedMotion: 'reduce' });
  return [...found, ...(await tightFindings(app, back))];
}
