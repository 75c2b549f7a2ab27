import type { Locator } from 'playwright';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { capText, listedShortcuts } from '../../renderer/keyboard/shortcuts.ts';
import { createWords } from '../../shared/words/words.ts';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults } from '../harness/faults.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const LIAM = 'Liam O’Connor';
const MAYA = 'Maya Chen';
const NOOR = 'Noor Haddad';
const ZOE = 'Zoë Martin';

/** Runs inside the window: whoever has the keyboard without a sign of it that is two pixels strong, or a coloured edge. */
function findUnseenFocus(): readonly string[] {
  const one = document.activeElement;
  if (!(one instanceof HTMLElement) || one === document.body) return ['nobody has the keyboard'];
  const hasRing = [null, '::after'].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one, part);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  });
  if (hasRing) return [];
  const edge = (): string => getComputedStyle(one.parentElement ?? one).borderColor;
  const focusedEdge = edge();
  one.blur();
  const usualEdge = edge();
  one.focus();
  return focusedEdge === usualEdge
    ? [`${one.tagName} ${one.getAttribute('aria-label') ?? one.textContent ?? ''}`]
    : [];
}

/** Runs inside the window: icons in the colour of what they stand on. */
function findUnseenIcons(): readonly string[] {
  const ground = (start: Element): string => {
    for (let one: Element | null = start; one !== null; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      if (!/^rgba\(.*, 0\)$/u.test(backgroundColor)) return backgroundColor;
    }
    return '';
  };
  return [...document.querySelectorAll('svg')]
    .filter((icon) => icon.checkVisibility() && getComputedStyle(icon).color === ground(icon))
    .map((icon) => icon.outerHTML.slice(0, 120));
}

describe('by keyboard alone', () => {
  const parts = partsOfThisFile();
  let url: string;
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let jordan: TraineeClient;

  const press = (keys: string) => app.page.keyboard.press(keys);
  const button = (name: string) => app.page.getByRole('button', { name, exact: true });
  const dialog = (name: string) => app.page.getByRole('dialog', { name });
  const heading = (name: string) => app.page.getByRole('heading', { name, exact: true });
  /** Waits until this element has the keyboard. */
  const expectFocus = (element: Locator) =>
    eventually(() => element.evaluate((one) => one === document.activeElement)).toBe(true);
  /** Waits until something in here has the keyboard: a guard at the edge hands it back a moment later. */
  const expectInside = (element: Locator) =>
    eventually(() => element.evaluate((one) => one.contains(document.activeElement))).toBe(true);
  /** Whoever has the keyboard: role or tag, and name. */
  const focused = () =>
    app.page.evaluate(() => {
      const one = document.activeElement;
      if (one === null || one === document.body) return 'nobody';
      const name = one.getAttribute('aria-label') ?? one.textContent ?? '';
      return `${one.getAttribute('role') ?? one.tagName.toLowerCase()} ${name.slice(0, 40)}`;
    });
  const hasSomebody = () => eventually(focused).not.toBe('nobody');

  beforeAll(async () => {
    ({ url } = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0' }));
    proxy = await parts.proxy(url);
    jordan = await parts.client(url, 'trainer@demo.test');
    app = await parts.app();
    // Keys are for the window that has the focus: should it get none, that is said here and not by every test.
    await app.takeFocus();
  });
  beforeEach(() => pictureOnFailure(app));

  it('one gets the keyboard back when signing in is refused (J5)', async () => {
    await app.page.getByRole('textbox', { name: 'Server' }).waitFor();
    await app.page.keyboard.type(proxy.url);
    await press('Tab');
    await app.page.keyboard.type('trainer@demo.test');
    await press('Tab');
    await app.page.keyboard.type('wrong-password');
    await press('Tab');
    await press('Space');
    await app.page.getByRole('alert').waitFor();
    await expectFocus(button('Sign in'));
    await press('Shift+Tab');
    await expectFocus(app.page.getByLabel('Password'));
  });

  it('one signs in', async () => {
    // Wherever the refusal has left the keyboard: nothing below works without this.
    await app.page.getByLabel('Password').focus();
    await press('Control+a');
    await app.page.keyboard.type('demo-password');
    await press('Enter');
    await app.conversation(MAYA).waitFor();
    await hasSomebody();
  });

  it('one moves in the list and opens a thread, and Escape leads back to its row (J2)', async () => {
    await expectFocus(app.conversation(MAYA));
    await press('ArrowDown');
    await expectFocus(app.conversation(LIAM));
    await press('End');
    await expectFocus(app.conversationList().getByRole('option').last());
    await press('Home');
    await expectFocus(app.conversation(MAYA));
    await press('Enter');
    await expectFocus(app.composer(MAYA));
    await press('Escape');
    await expectFocus(app.conversation(MAYA));
    expect(await app.composer(MAYA).count()).toBe(0);
  });

  it('one looks through the threads with J and K from the list, with Alt and arrows from anywhere', async () => {
    await press('j');
    await heading(LIAM).waitFor();
    await expectFocus(app.conversation(LIAM));
    await press('k');
    await heading(MAYA).waitFor();
    await expectFocus(app.conversation(MAYA));
    await press('Enter');
    await expectFocus(app.composer(MAYA));
    await press('Alt+ArrowDown');
    await expectFocus(app.composer(LIAM));
    await press('Alt+ArrowUp');
    await expectFocus(app.composer(MAYA));
  });

  it('one goes to the places of the rail, and is never left without the keyboard (J5)', async () => {
    await press('Control+2');
    await heading('Trainees').waitFor();
    await hasSomebody();
    await press('Control+3');
    await heading('Settings').waitFor();
    await hasSomebody();
    await press('Control+1');
    await expectFocus(app.composer(MAYA));
  });

  it('one finds a person whatever the list is filtered by, accents or not (M6)', async () => {
    await app.page.getByRole('tab', { name: 'Unread' }).click();
    expect(await app.conversation(ZOE).count()).toBe(0);
    await press('Control+k');
    await dialog('Find a person').waitFor();
    await app.page.keyboard.type('zoe');
    await press('Enter');
    await expectFocus(app.composer(ZOE));
    await app.page.getByRole('tab', { name: 'All' }).click();
    await expectFocus(app.page.getByRole('tab', { name: 'All' }));
  });

  it('one reads the list of shortcuts, which is the one that the keys follow', async () => {
    await app.conversation(MAYA).focus();
    await press('?');
    await dialog('Keyboard shortcuts').waitFor();
    const rows = await dialog('Keyboard shortcuts')
      .locator('dl > div')
      .evaluateAll((lines) =>
        lines.map((line) => ({
          does: line.querySelector('dt')?.textContent,
          keys: [...line.querySelectorAll('dd > span')].map((held) =>
            [...held.querySelectorAll('kbd')].map((key) => key.textContent),
          ),
        })),
      );
    const { say } = createWords('en');
    expect(rows).toEqual(
      listedShortcuts({ enterSends: true, panelCount: 3, hasThreads: true }).map(({ does, keys }) => ({
        does: does === 'panels' ? 'Messages, Trainees, Settings' : say(does),
        keys: keys.map((held) => held.map((cap) => capText(cap, say))),
      })),
    );
    await press('Tab');
    await expectInside(dialog('Keyboard shortcuts'));
    await press('Control+k');
    expect(await dialog('Find a person').count()).toBe(0);
    await press('Escape');
    await expectFocus(app.conversation(MAYA));
  });

  it('what one types is written into the open thread, wherever the focus is (H13)', async () => {
    await app.openThread(MAYA);
    await app.composer(MAYA).fill('');
    await app.thread(MAYA).click({ position: { x: 5, y: 5 } });
    await app.page.keyboard.type('jolly?');
    expect(await app.composer(MAYA).inputValue()).toBe('jolly?');
    await app.railLink('Settings').focus();
    await app.page.keyboard.type(' @ł');
    expect(await app.composer(MAYA).inputValue()).toBe('jolly?@ł');
    await app.page.locator('main header').click({ position: { x: 200, y: 5 } });
    await app.page.keyboard.type('!');
    expect(await app.composer(MAYA).inputValue()).toBe('jolly?@ł!');
    await app.composer(MAYA).fill('');
  });

  it('one writes the letters of AltGr: they are no shortcuts (J3)', async () => {
    await app.composer(MAYA).focus();
    const wasTaken = await app.composer(MAYA).evaluate((field) =>
      ['k', '1', '2', '3', 'ć', '@', 'ArrowDown'].filter((key) => {
        const held = { ctrlKey: true, altKey: true, modifierAltGraph: true };
        return !field.dispatchEvent(
          new KeyboardEvent('keydown', { key, ...held, bubbles: true, cancelable: true }),
        );
      }),
    );
    expect(wasTaken).toEqual([]);
    await expectFocus(app.composer(MAYA));
  });

  it('one is led through menu and dialog, kept inside, and back to where one was (J5)', async () => {
    const actions = button(`Actions for ${MAYA}`);
    await press('Control+2');
    await actions.focus();
    await press('Enter');
    await app.page.getByRole('menuitem', { name: 'Message' }).waitFor();
    await press('Escape');
    await expectFocus(actions);
    await press('Enter');
    await app.page.getByRole('menuitem', { name: 'Message' }).waitFor();
    await press('Enter');
    const quick = dialog(`Message ${MAYA}`);
    await expectFocus(quick.getByRole('textbox'));
    await app.page.keyboard.type('Well done');
    for (let times = 0; times < 5; times += 1) {
      await press('Tab');
      await expectInside(quick);
    }
    await quick.getByRole('textbox').focus();
    await press('Enter');
    await quick.waitFor({ state: 'detached' });
    await expectFocus(actions);
    await app.trainee(MAYA).focus();
    await press('Enter');
    await button('Send Message').waitFor();
    await hasSomebody();
    await press('Escape');
    await expectFocus(app.trainee(MAYA));
  });

  it('one goes on writing after a send by the button and after a discarded message (J5)', async () => {
    await press('Control+1');
    await app.composer(MAYA).fill('By the button');
    await press('Tab');
    await expectFocus(button('Send'));
    await press('Enter');
    await expectFocus(app.composer(MAYA));
    const isSend = ({ method, path }: { readonly method: string; readonly path: string }) =>
      method === 'POST' && path.endsWith('/messages');
    proxy.addRule(isSend, faults.ended);
    await app.write(MAYA, 'Refused');
    const discard = app.bubble(MAYA, 'Refused').getByRole('button', { name: 'Discard' });
    await discard.focus();
    await press('Enter');
    await app.bubble(MAYA, 'Refused').waitFor({ state: 'detached' });
    await expectFocus(app.composer(MAYA));
  });

  it('the keyboard outlives a hint that is dismissed (J5)', async () => {
    await button('Dismiss').focus();
    await press('Enter');
    await button('Dismiss').waitFor({ state: 'detached' });
    await expectFocus(app.composer(MAYA));
  });

  it('the keyboard outlives a row that its filter no longer shows, and a trainee who is removed (J5)', async () => {
    await app.page.getByRole('tab', { name: 'Unread' }).click();
    const first = app.conversationList().getByRole('option').first();
    await first.focus();
    const name = (await first.locator('bdi').first().textContent()) ?? '';
    const { id, lastSeq } = await jordan.conversationWith(name);
    await jordan.markRead(id, lastSeq);
    await app.conversation(name).waitFor({ state: 'detached' });
    await expectFocus(app.conversationList().getByRole('option').first());
    await app.page.getByRole('tab', { name: 'All' }).click();
    await app.openThread(NOOR);
    await app.page.keyboard.type('Dear');
    const noor = (await jordan.trainees()).find((trainee) => trainee.name === NOOR);
    await jordan.removeTrainee(noor?.id ?? 0);
    await app.page.getByText('This trainee has been removed').first().waitFor();
    await expectFocus(app.thread(NOOR));
  });

  it('the place of the keyboard and every icon are seen, in forced colours too (J6)', async () => {
    await app.openThread(MAYA);
    for (const forcedColors of ['none', 'active'] as const) {
      await app.page.emulateMedia({ forcedColors, reducedMotion: 'reduce' });
      await app.railLink('Messages').focus();
      const unseen: string[] = [];
      do {
        await press('Tab');
        unseen.push(...(await app.page.evaluate(findUnseenFocus)));
      } while (!(await app.composer(MAYA).evaluate((one) => one === document.activeElement)));
      expect(unseen, forcedColors).toEqual([]);
      expect(await app.page.evaluate(findUnseenIcons), forcedColors).toEqual([]);
    }
    await app.page.emulateMedia({ forcedColors: 'none' });
  });

  it('the window grows and shrinks by every key that people try, and by the wheel, and stays so (J4)', async () => {
    const zoom = () =>
      app.electron.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor() ?? 0,
      );
    /** Past the page, as the system's keys come: those of Playwright are for the page alone. */
    const strike = (keyCode: string) =>
      app.electron.evaluate(({ BrowserWindow }, code) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.sendInputEvent({ type: 'keyDown', keyCode: code, modifiers: ['control'] });
      }, keyCode);
    const steps: readonly (readonly [keyCode: string, size: number])[] = [
      ['=', 1.1],
      ['+', 1.25],
      ['numadd', 1.5],
      ['-', 1.25],
      ['numsub', 1.1],
      ['0', 1],
      ['-', 0.9],
      ['num0', 1],
    ];
    for (const [keyCode, size] of steps) {
      await strike(keyCode);
      await eventually(zoom).toBeCloseTo(size, 2);
    }
    await app.electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      for (let times = 0; times < 9; times += 1) contents?.emit('zoom-changed', {}, 'in');
    });
    await eventually(zoom).toBeCloseTo(2, 2);
    await app.electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      for (let times = 0; times < 14; times += 1) contents?.emit('zoom-changed', {}, 'out');
    });
    await eventually(zoom).toBeCloseTo(0.5, 2);
    await strike('=');
    await eventually(zoom).toBeCloseTo(0.67, 2);
    await app.quit();
    await app.start();
    await button('Sign in').waitFor();
    await eventually(zoom).toBeCloseTo(0.67, 2);
    expect(app.consoleErrors).toEqual([]);
  });
});
