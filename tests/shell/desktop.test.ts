import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../electron/desktop/arguments.ts';
import { errorKind } from '../../electron/desktop/error-kind.ts';
import { createReloadBudget } from '../../electron/desktop/reload-budget.ts';
import { windowTitle } from '../../electron/desktop/title.ts';

describe('the command line', () => {
  it.each([
    [['electron', '.'], { isDemo: false, server: null, isHidden: false }],
    [['electron', '.', '--demo', '--user-data-dir=/tmp/x'], { isDemo: true, server: null, isHidden: false }],
    [
      ['electron', '.', '--server=https://inbox.example'],
      { isDemo: false, server: 'https://inbox.example', isHidden: false },
    ],
    [['electron', '.', '--server=a', '--server= b '], { isDemo: false, server: 'b', isHidden: false }],
    [
      ['electron', '.', '--demo', '--server=https://inbox.example'],
      { isDemo: false, server: 'https://inbox.example', isHidden: false },
    ],
    [['electron', '.', '--hidden'], { isDemo: false, server: null, isHidden: true }],
    [['electron', '.', '--demo', '--server='], { isDemo: true, server: null, isHidden: false }],
  ])('%j means %j', (argv, expected) => {
    expect(parseArguments(argv)).toEqual(expected);
  });
});

describe('the window title', () => {
  it.each([
    [0, 'Trainer Inbox'],
    [1, '(1) Trainer Inbox'],
    [128, '(128) Trainer Inbox'],
  ])('with %i unread is %s', (unread, title) => {
    expect(windowTitle(unread)).toBe(title);
  });
});

describe('a page whose process died', () => {
  it('is loaded again three times a minute, each time a little later, and then no more', () => {
    const budget = createReloadBudget();
    expect([0, 1_000, 2_000, 3_000].map((at) => budget.next(at))).toEqual([0, 500, 2_000, null]);
  });

  it('is loaded again at once when the last minute was quiet', () => {
    const budget = createReloadBudget();
    for (const at of [0, 1_000, 2_000]) budget.next(at);
    expect(budget.next(62_000)).toBe(0);
  });
});

describe('what the log says about an error', () => {
  it('is its kind and code, never its message', () => {
    expect(errorKind(Object.assign(new Error('Maya Chen'), { code: 'ENOENT' }))).toBe('Error ENOENT');
    expect(errorKind(new RangeError('Maya Chen'))).toBe('RangeError');
    expect(errorKind('Maya Chen')).toBe('string');
  });
});
