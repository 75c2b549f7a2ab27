import { describe, expect, it } from 'vitest';
import { APP_PAGE } from '../../electron/desktop/assets.ts';
import { isTrustedSender } from '../../electron/ipc/sender.ts';

const own = { frameTreeNodeId: 1, processId: 4, url: APP_PAGE };

describe('the sender check', () => {
  it("trusts the main frame of the app's window", () => {
    expect(isTrustedSender({ ...own, url: `${APP_PAGE}#/trainees` }, own)).toBe(true);
  });

  it.each([
    ['a frame that is gone', null],
    ['a child frame', { ...own, frameTreeNodeId: 2 }],
    ['another process', { ...own, processId: 5 }],
    ['a web page', { ...own, url: 'https://inbox/index.html' }],
    ['another host', { ...own, url: 'app://elsewhere/index.html' }],
    ['a host that only begins like ours', { ...own, url: 'app://inbox.example.com/index.html' }],
    ['a file', { ...own, url: 'file:///index.html' }],
    ['a blank page', { ...own, url: 'about:blank' }],
    ['no address', { ...own, url: '' }],
  ])('refuses %s', (_what, sender) => {
    expect(isTrustedSender(sender, own)).toBe(false);
  });

  it('refuses everybody while there is no window', () => {
    expect(isTrustedSender(own, null)).toBe(false);
  });
});
