/** What is lost under forced colours, where a system allows a page a handful of colours that its user chose. */
import type { Page } from 'playwright';

/** What the app asks of the system, besides the palette that it is looked at in. */
const CALM = { reducedMotion: 'reduce', contrast: 'no-preference' } as const;

/**
 * Runs inside the window. In its usual colours it remembers what is set off from its surroundings by colour, shadow or
 * image. In forced colours it says what is painted in a colour of our own or in that of what it stands on, what of those
 * remembered has no edge any more, which controls look like mere text, and what cannot be told apart from its neighbours.
 */
function lookAtColors(colors: 'usual' | 'forced'): readonly string[] {
  const isClear = (color: string): boolean => /^rgba\(.*, 0\)$/u.test(color);
  const groundOf = (start: Element | null): string => {
    for (let one = start; one !== null; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      if (!isClear(backgroundColor)) return backgroundColor;
    }
    return '';
  };
  const isSeen = (one: Element): boolean => {
    const { width, height } = one.getBoundingClientRect();
    return (
      width > 1 && height > 1 && one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    );
  };
  const nameOf = (one: Element): string =>
    `${one.tagName} “${(one.getAttribute('aria-label') ?? one.textContent).slice(0, 40)}” .${one.getAttribute('class') ?? ''}`;
  const all = [...document.body.querySelectorAll('*')].filter((one) => isSeen(one));

  if (colors === 'usual') {
    const isSetOff = (one: Element): boolean => {
      const { backgroundColor, backgroundImage, boxShadow } = getComputedStyle(one);
      const shadows = boxShadow.match(/\w+\([^)]*\)/gu) ?? [];
      return (
        (!isClear(backgroundColor) && backgroundColor !== groundOf(one.parentElement)) ||
        backgroundImage !== 'none' ||
        shadows.some((color) => !isClear(color))
      );
    };
    const coversWindow = (one: Element): boolean => {
      const { width, height } = one.getBoundingClientRect();
      return width >= window.innerWidth && height >= window.innerHeight;
    };
    // Between a main part and its neighbours there are lines.
    const surfaces = all.filter((one) => isSetOff(one) && !coversWindow(one) && !one.matches('main'));
    Reflect.set(window, 'surfaces', surfaces);
    return [];
  }

  const found: string[] = [];
  const report = (what: string, one: Element): void => {
    found.push(`${what}: ${nameOf(one)}`);
  };
  const probe = document.body.appendChild(document.createElement('i'));
  const keywords = [
    'Canvas',
    'CanvasText',
    'LinkText',
    'GrayText',
    'Highlight',
    'rgb(from Highlight r g b / 1)',
    'HighlightText',
    'ButtonFace',
    'ButtonText',
    'Field',
    'FieldText',
  ];
  const allowed = new Set(
    keywords.map((keyword) => {
      probe.style.color = keyword;
      return getComputedStyle(probe).color;
    }),
  );
  probe.remove();

  /** Whether an edge, or a colour of its own, sets it off from what is around it. */
  const hasEdge = (one: Element): boolean => {
    const style = getComputedStyle(one);
    const ground = groundOf(one.parentElement);
    const lines = ['top', 'right', 'bottom', 'left'].map((side) => `border-${side}`);
    return (
      (!isClear(style.backgroundColor) && style.backgroundColor !== ground) ||
      [...lines, 'outline'].some((line) => {
        const color = style.getPropertyValue(`${line}-color`);
        return (
          style.getPropertyValue(`${line}-style`) !== 'none' &&
          Number.parseFloat(style.getPropertyValue(`${line}-width`)) >= 1 &&
          !isClear(color) &&
          color !== ground
        );
      })
    );
  };
  /** The same of what it fills, as a panel fills the column that has the line beside it. */
  const hasEdgeAround = (one: Element): boolean => {
    const around = one.parentElement;
    if (around === null) return false;
    const [inner, outer] = [one.getBoundingClientRect(), around.getBoundingClientRect()];
    return inner.width >= outer.width - 2 && inner.height >= outer.height - 2 && hasEdge(around);
  };
  const checkPaint = (what: string, color: string, ground: string, one: Element): void => {
    if (color === ground) report(`${what} in the colour of what it stands on`, one);
    else if (!allowed.has(color)) report(`${what} in ${color}, which the system does not allow`, one);
  };

  const surfaces: unknown = Reflect.get(window, 'surfaces');
  for (const one of Array.isArray(surfaces) ? surfaces : []) {
    if (!(one instanceof Element) || !one.isConnected || !isSeen(one)) continue;
    const isMereDisc = one.textContent === '' && one.querySelector('svg') !== null;
    if (!hasEdge(one) && !hasEdgeAround(one) && !isMereDisc) report('not set off any more', one);
  }

  for (const one of all) {
    const { backgroundColor, color } = getComputedStyle(one);
    const isOpaque = backgroundColor.startsWith('rgb(');
    if (isOpaque && !allowed.has(backgroundColor)) report(`a ground in ${backgroundColor}`, one);
    const hasText = [...one.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    );
    if (!hasText) continue;
    const ground = groundOf(one);
    if (/^rgba|\/ 0/u.test(ground)) report('text on a ground that one sees through', one);
    checkPaint('text', color, ground, one);
  }

  for (const icon of all.filter((one) => one instanceof SVGSVGElement)) {
    for (const shape of icon.querySelectorAll('path, rect, circle, ellipse, line, polyline, polygon')) {
      const { fill, stroke } = getComputedStyle(shape);
      checkPaint('an icon', stroke === 'none' ? fill : stroke, groundOf(icon), icon);
    }
  }

  for (const one of all.filter((each) => each.matches('button, textarea, select, [role="tab"], input'))) {
    const isNative = one.matches('[type="checkbox"], [type="radio"]');
    const isRow = one.matches('[role="tab"]')
      ? one.parentElement !== null && hasEdge(one.parentElement)
      : [...one.querySelectorAll('*')].some((part) => part instanceof SVGSVGElement || hasEdge(part));
    const isField = one.matches('textarea, input');
    const isUnderlined = getComputedStyle(one).textDecorationLine.includes('underline');
    const isShown = hasEdge(one) || (isField && one.parentElement !== null && hasEdge(one.parentElement));
    if (!isNative && !isShown && !isRow && !isUnderlined) report('a control like mere text', one);
  }

  const OTHERS: readonly (readonly [string, string])[] = [
    ['[role="option"][aria-selected="true"]', '[role="option"]:not([aria-selected="true"])'],
    ['[role="tab"][aria-selected="true"]', '[role="tab"]:not([aria-selected="true"])'],
    ['nav [aria-current="page"]', 'nav a:not([aria-current])'],
    [
      '[role="listitem"]:not([data-inbound-seq]) > [dir="auto"]',
      '[role="listitem"][data-inbound-seq] > [dir="auto"]',
    ],
    ['button:disabled', 'button:enabled'],
  ];
  const lookOf = (one: Element): string => {
    const { backgroundColor, border, color, outline } = getComputedStyle(one);
    return [backgroundColor, border, color, outline].join();
  };
  for (const [some, others] of OTHERS) {
    const looks = new Set([...document.querySelectorAll(others)].map((one) => lookOf(one)));
    for (const one of document.querySelectorAll(some)) {
      if (isSeen(one) && looks.has(lookOf(one))) report('like its neighbours', one);
    }
  }
  return [...new Set(found)];
}

/** What of the window as it is now cannot be seen, or not told apart, in forced colours on a light or a dark ground. */
export async function forcedColorFindings(page: Page): Promise<readonly string[]> {
  await page.emulateMedia({ ...CALM, colorScheme: 'light', forcedColors: 'none' });
  await page.evaluate(lookAtColors, 'usual' as const);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ ...CALM, colorScheme, forcedColors: 'active' });
    const unseen = await page.evaluate(lookAtColors, 'forced' as const);
    found.push(...unseen.map((finding) => `forced colours, ${colorScheme}, ${finding}`));
  }
  return found;
}
