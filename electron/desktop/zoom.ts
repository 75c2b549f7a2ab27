/** How large the window draws everything: by keys, wheel and menu, kept from one start to the next. */
import type { Input, WebContents } from 'electron';

/** Sizes that can be chosen, 1 being the actual one. */
const FACTORS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;
/** The least and the greatest size. */
export const ZOOM_LIMITS = { least: 0.5, greatest: 2 } as const;

/** What the person asks for. */
export type ZoomStep = 'in' | 'out' | 'reset';

/** Keys by what they write, and by their place for layouts in which they write something else. */
const STEPS: Readonly<Partial<Record<string, ZoomStep>>> = {
  '+': 'in',
  '=': 'in',
  NumpadAdd: 'in',
  '-': 'out',
  NumpadSubtract: 'out',
  '0': 'reset',
  Digit0: 'reset',
  Numpad0: 'reset',
};

/** Reads a key press; null for keys that do not zoom. AltGr, which is reported as Ctrl+Alt, writes letters. Pure. */
export function zoomStepFor(
  { type, key, code, control, meta, alt }: Pick<Input, 'type' | 'key' | 'code' | 'control' | 'meta' | 'alt'>,
  platform: NodeJS.Platform,
): ZoomStep | null {
  const isCommand = platform === 'darwin' ? meta : control;
  if (type !== 'keyDown' || !isCommand || alt) return null;
  return STEPS[key] ?? STEPS[code] ?? null;
}

/** The size after a step from this one. Pure. */
export function zoomedBy(factor: number, step: ZoomStep): number {
  // Chromium gives back what it was told with a small error.
  const margin = 0.01;
  switch (step) {
    case 'in':
      return FACTORS.find((one) => one > factor + margin) ?? ZOOM_LIMITS.greatest;
    case 'out':
      return FACTORS.findLast((one) => one < factor - margin) ?? ZOOM_LIMITS.least;
    case 'reset':
      return 1;
  }
}

/** What {@link createZoom} needs. */
export interface ZoomParts {
  readonly platform: NodeJS.Platform;
  readonly remembered: () => number;
  readonly remember: (factor: number) => void;
  /** The page to zoom, if there is one. */
  readonly contents: () => WebContents | null;
}

/** The window's zoom. */
export interface Zoom {
  readonly step: (step: ZoomStep) => void;
  /** To be told of each page that is opened. */
  attach(contents: WebContents): void;
}

/** Creates the zoom. */
export function createZoom({ platform, remembered, remember, contents }: ZoomParts): Zoom {
  const step = (asked: ZoomStep): void => {
    const page = contents();
    if (page === null) return;
    const factor = zoomedBy(page.getZoomFactor(), asked);
    page.setZoomFactor(factor);
    remember(factor);
  };
  return {
    step,
    attach: (page) => {
      // Chromium forgets it with the process, and it belongs to the document.
      page.on('dom-ready', () => page.setZoomFactor(remembered()));
      page.on('before-input-event', (event, input) => {
        const asked = zoomStepFor(input, platform);
        if (asked === null) return;
        // Neither the page nor the menu's own accelerator gets it as well.
        event.preventDefault();
        step(asked);
      });
      page.on('zoom-changed', (_event, direction) => step(direction));
    },
  };
}
