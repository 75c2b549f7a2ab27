import { describe, expect, it } from 'vitest';
import { look, READ_AFTER_MS } from '../../renderer/chat/read-sightings.ts';

const nothing = new Map<number, number>();

describe('reading', () => {
  it('takes half a second in view (A1)', () => {
    const first = look(nothing, [4], 1_000);
    expect(first).toMatchObject({ readUpTo: null, nextLookMs: READ_AFTER_MS });
    expect(look(first.sightings, [4], 1_499).readUpTo).toBeNull();
    expect(look(first.sightings, [4], 1_500).readUpTo).toBe(4);
  });

  it('starts again after the message left the view or the window lost the focus', () => {
    const first = look(nothing, [4], 1_000);
    const away = look(first.sightings, [], 1_300);
    expect(away).toMatchObject({ readUpTo: null, nextLookMs: null });
    expect(look(away.sightings, [4], 1_600)).toMatchObject({ readUpTo: null, nextLookMs: READ_AFTER_MS });
  });

  it('goes up to the newest message that was seen long enough, and waits for the next', () => {
    const first = look(nothing, [4, 5], 1_000);
    const second = look(first.sightings, [4, 5, 6], 1_200);
    expect(look(second.sightings, [4, 5, 6], 1_500)).toMatchObject({ readUpTo: 5, nextLookMs: 200 });
  });
});
