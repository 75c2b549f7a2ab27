import { describe, expect, it } from 'vitest';
import { zoomedBy, zoomStepFor, type ZoomStep } from '../../electron/desktop/zoom.ts';

const ctrl = { type: 'keyDown', key: '', code: '', control: true, meta: false, alt: false } as const;

describe('the zoom keys (J4)', () => {
  it.each([
    ['in', { '+': 'Equal', '=': 'Equal', Unidentified: 'NumpadAdd' }],
    ['out', { '-': 'Slash', Subtract: 'NumpadSubtract' }],
    ['reset', { '0': 'Numpad0', à: 'Digit0', Insert: 'Numpad0' }],
  ])('%s: on the letters, the number pad, and in other layouts', (step, keys) => {
    for (const [key, code] of Object.entries(keys))
      expect(zoomStepFor({ ...ctrl, key, code }, 'linux')).toBe(step);
  });

  it('are Command on a Mac, and nothing with AltGr or on release', () => {
    const plus = { ...ctrl, key: '+', code: 'Equal' };
    expect(zoomStepFor({ ...plus, control: false, meta: true }, 'darwin')).toBe('in');
    expect(zoomStepFor(plus, 'darwin')).toBeNull();
    expect(zoomStepFor({ ...plus, control: false, meta: true }, 'linux')).toBeNull();
    expect(zoomStepFor({ ...plus, alt: true }, 'linux')).toBeNull();
    expect(zoomStepFor({ ...plus, control: false }, 'linux')).toBeNull();
    expect(zoomStepFor({ ...plus, type: 'keyUp' }, 'linux')).toBeNull();
    expect(zoomStepFor({ ...ctrl, key: 'k', code: 'KeyK' }, 'linux')).toBeNull();
  });

  it('go from half to double size by the same steps up and down, and back to the actual size at once', () => {
    const walk = (from: number, step: ZoomStep): readonly number[] => {
      const seen = [from];
      for (;;) {
        const next = zoomedBy(seen.at(-1) ?? from, step);
        if (next === seen.at(-1)) return seen;
        seen.push(next);
      }
    };
    const up = walk(0.5, 'in');
    expect(up).toEqual([0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2]);
    expect(walk(2, 'out')).toEqual(up.toReversed());
    expect([0.5, 1, 1.75].map((factor) => zoomedBy(factor, 'reset'))).toEqual([1, 1, 1]);
  });

  it('take no notice of the error that Chromium adds to a size', () => {
    expect(zoomedBy(0.899_999_9, 'out')).toBe(0.8);
    expect(zoomedBy(0.900_000_1, 'in')).toBe(1);
  });
});
