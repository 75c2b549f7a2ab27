/** Where the window was, and whether it can be there again. */
import { z } from '../../shared/schema.ts';

const boundsSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
});

/** A rectangle in the system's coordinates, which may be negative on displays left of or above the main one. */
export type Bounds = Readonly<z.infer<typeof boundsSchema>>;

/** What is remembered of the window. */
export const windowStateSchema = z.object({ bounds: boundsSchema, isMaximized: z.boolean() });
export type WindowState = Readonly<z.infer<typeof windowStateSchema>>;

/** Size of a window that was never moved. */
const FIRST_SIZE = { width: 1200, height: 800 } as const;
/** The smallest window that can be worked in. */
export const LEAST_SIZE = { width: 360, height: 480 } as const;

/** As much of the window's upper edge must be within reach of the pointer. */
const GRIP = 100;

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** True when enough of the window, title bar included, lies within one of the displays' work areas. */
function isWithinReach(bounds: Bounds, workAreas: readonly Bounds[]): boolean {
  return workAreas.some((area) => {
    const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
    const height = Math.min(bounds.y + bounds.height, area.y + area.height) - bounds.y;
    return width >= GRIP && height >= GRIP && bounds.y >= area.y;
  });
}

/**
 * Where to open the window: where it was, or in the middle of the first work area when that place is gone. Never
 * larger than that area, never smaller than can be worked in.
 * @param workAreas of all displays, the main one first
 */
export function fittingBounds(bounds: Bounds | null, workAreas: readonly Bounds[]): Bounds {
  const [main] = workAreas;
  const wanted = bounds ?? { x: 0, y: 0, ...FIRST_SIZE };
  if (main === undefined) return wanted;
  if (bounds !== null && isWithinReach(bounds, workAreas)) return bounds;
  const width = clamp(wanted.width, LEAST_SIZE.width, Math.max(LEAST_SIZE.width, main.width));
  const height = clamp(wanted.height, LEAST_SIZE.height, Math.max(LEAST_SIZE.height, main.height));
  return {
    x: main.x + Math.max(0, Math.round((main.width - width) / 2)),
    y: main.y + Math.max(0, Math.round((main.height - height) / 2)),
    width,
    height,
  };
}
