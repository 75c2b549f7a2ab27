/** How scripts/draw-images.mjs laid out the sheet of tray images, one for each count. */

const SIDE = 64;
const COLUMNS = 10;
const MOST_COUNTED = 99;

/** A square on the sheet, in pixels. */
export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Place of the image for this count on the sheet: nothing unread, 1 to 99, and one for all above. */
export function cellOf(unreadCount: number): Cell {
  const index = Math.min(Math.max(0, unreadCount), MOST_COUNTED + 1);
  return {
    x: (index % COLUMNS) * SIDE,
    y: Math.floor(index / COLUMNS) * SIDE,
    width: SIDE,
    height: SIDE,
  };
}
