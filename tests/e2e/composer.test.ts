import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
/** The colour of what is wrong, in the light theme. */
const RED = 'rgb(192, 40, 45)';

describe('the composer', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;
  let maya: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    const backend = await parts.backend();
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    await app.signIn(backend.url);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  const send = () => app.page.getByRole('button', { name: 'Send', exact: true });
  const counter = (text: string) => app.page.getByRole('status').filter({ hasText: text });
  /** Sends a witness and gives what Maya had received before it: the proof that nothing else came. */
  const textsSince = async (from: number): Promise<readonly string[]> => {
    const witness = `Witness ${from}`;
    await app.write(MAYA, witness);
    await maya.received(witness);
    return maya.feed.all
      .slice(from)
      .flatMap((event) => (event.type === 'message.created' ? [event.message.content] : []))
      .filter((text) => text !== witness);
  };

  it.each([
    ['nothing', ''],
    ['white space', ' \n\t \u00a0 '],
    ['zero-width characters', '\u200b\u200d\ufeff'],
  ])('cannot send %s (H3)', async (_what, text) => {
    const from = maya.feed.all.length;
    await app.composer(MAYA).fill(text);
    expect(await send().isDisabled()).toBe(true);
    await app.composer(MAYA).press('Enter');
    await app.composer(MAYA).fill('');
    expect(await textsSince(from)).toEqual([]);
  });

  it('shows its counter from 1,800 characters on (H2, AC-16)', async () => {
    await app.composer(MAYA).fill('a'.repeat(1_799));
    expect(await counter('of 2,000').count()).toBe(0);
    await app.composer(MAYA).fill('a'.repeat(1_850));
    await counter('1,850 of 2,000').waitFor();
    await app.composer(MAYA).fill('');
  });

  it('sends 2,000 code points whole, emoji counted as one each (H2, AC-16)', async () => {
    const text = `${'a'.repeat(1_000)}${'💪'.repeat(1_000)}`;
    await app.composer(MAYA).fill(text);
    await counter('2,000 of 2,000').waitFor();
    await app.composer(MAYA).press('Enter');
    expect((await maya.received(text)).content).toBe(text);
  });

  it('refuses 2,001 and keeps every one of them (H5, AC-16)', async () => {
    const from = maya.feed.all.length;
    const colour = (text: string) => counter(text).evaluate((one) => getComputedStyle(one).color);
    await app.page.emulateMedia({ colorScheme: 'light' });
    await app.composer(MAYA).fill('b'.repeat(2_000));
    expect(await colour('2,000 of 2,000')).not.toBe(RED);
    const text = `${'b'.repeat(2_000)}💪`;
    await app.composer(MAYA).fill(text);
    expect(await colour('2,001 of 2,000')).toBe(RED);
    expect(await send().isDisabled()).toBe(true);
    await app.composer(MAYA).press('Enter');
    expect(await app.composer(MAYA).inputValue()).toBe(text);
    await app.composer(MAYA).fill('');
    expect(await textsSince(from)).toEqual([]);
  });

  it.each([
    ['NUL', 'before\0after'],
    ['a lone surrogate', 'before\ud83dafter'],
  ])('says why a text with %s cannot be sent, and keeps it (H3)', async (_what, text) => {
    const from = maya.feed.all.length;
    await app.composer(MAYA).evaluate((field, value) => {
      if (!(field instanceof HTMLTextAreaElement)) throw new Error('The composer is no text area.');
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, value);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, text);
    const kept = await app.composer(MAYA).inputValue();
    await app.composer(MAYA).press('Enter');
    await app.page
      .getByText(/cannot be sent/)
      .first()
      .waitFor();
    expect(await app.composer(MAYA).inputValue()).toBe(kept);
    await app.composer(MAYA).fill('');
    expect(await textsSince(from)).toEqual([]);
  });

  it('sends once however long Enter is held down (E8)', async () => {
    const from = maya.feed.all.length;
    await app.composer(MAYA).fill('Held');
    await app.composer(MAYA).focus();
    for (let times = 0; times < 8; times += 1) await app.page.keyboard.down('Enter');
    await app.page.keyboard.up('Enter');
    await maya.received('Held');
    expect(await textsSince(from)).toEqual(['Held']);
  });

  it('sends once when Enter is struck twice at once (E8)', async () => {
    const from = maya.feed.all.length;
    await app.composer(MAYA).fill('Struck twice');
    await app.composer(MAYA).evaluate((field) => {
      for (let times = 0; times < 2; times += 1) {
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      }
    });
    await maya.received('Struck twice');
    expect(await textsSince(from)).toEqual(['Struck twice']);
  });

  it('makes a new line of Shift+Enter and sends both lines as one message', async () => {
    await app.composer(MAYA).focus();
    await app.page.keyboard.type('Line one');
    await app.page.keyboard.press('Shift+Enter');
    await app.page.keyboard.type('Line two');
    await app.page.keyboard.press('Enter');
    expect((await maya.received('Line one\nLine two')).content).toBe('Line one\nLine two');
  });

  it('keeps the text of each conversation apart while switching', async () => {
    await app.composer(MAYA).fill('For Maya only');
    const liam = app.conversationList().getByRole('option', { name: /^Liam / });
    await liam.click();
    const liamsComposer = app.page.getByRole('textbox', { name: /^Message Liam / });
    await liamsComposer.waitFor();
    expect(await liamsComposer.inputValue()).toBe('');
    await app.openThread(MAYA);
    await eventually(() => app.composer(MAYA).inputValue()).toBe('For Maya only');
    await app.composer(MAYA).fill('');
    expect((await maya.texts(conversationId)).includes('For Maya only')).toBe(false);
  });

  it('sends once when the button is clicked twice (E8)', async () => {
    const from = maya.feed.all.length;
    await app.composer(MAYA).fill('Clicked twice');
    await send().dblclick();
    await maya.received('Clicked twice');
    expect(await textsSince(from)).toEqual(['Clicked twice']);
  });

  it('leaves Enter to an input method until its text is there (H1)', async () => {
    const from = maya.feed.all.length;
    const keys = await app.electron.context().newCDPSession(app.page);
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
    await app.composer(MAYA).focus();
    await keys.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    await keys.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Escape',
      code: 'Escape',
      windowsVirtualKeyCode: 27,
    });
    expect(await app.composer(MAYA).inputValue()).toContain('にほん');
    await keys.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
    await keys.send('Input.insertText', { text: '日本' });
    expect(await app.composer(MAYA).inputValue()).toBe('日本');
    await app.page.keyboard.press('Enter');
    await maya.received('日本');
    expect(await textsSince(from)).toEqual(['日本']);
    await keys.detach();
  });

  it('takes back neither a sent message nor the text of another conversation (H8)', async () => {
    await app.composer(MAYA).focus();
    await app.page.keyboard.type('Sent and gone');
    await app.page.keyboard.press('Enter');
    await maya.received('Sent and gone');
    await eventually(() => app.composer(MAYA).inputValue()).toBe('');
    await app.page.keyboard.press('Control+z');
    expect(await app.composer(MAYA).inputValue()).toBe('');
    await app.page.keyboard.type('For Maya');
    await app.page.keyboard.press('Alt+ArrowDown');
    const other = app.page.locator('main').getByRole('textbox');
    await eventually(() => other.getAttribute('aria-label')).not.toBe(`Message ${MAYA}`);
    await app.page.keyboard.press('Control+z');
    expect(await other.inputValue()).toBe('');
    await app.page.keyboard.type('x');
    for (let times = 0; times < 3; times += 1) await app.page.keyboard.press('Control+z');
    expect(await other.inputValue()).toBe('');
    await app.openThread(MAYA);
    expect(await app.composer(MAYA).inputValue()).toBe('For Maya');
    await app.composer(MAYA).fill('');
  });

  it('writes from right to left where the text does (H9)', async () => {
    const direction = () => app.composer(MAYA).evaluate((field) => getComputedStyle(field).direction);
    await app.composer(MAYA).fill('تمام، see you');
    expect(await direction()).toBe('rtl');
    await app.composer(MAYA).fill('OK تمام');
    expect(await direction()).toBe('ltr');
    await app.composer(MAYA).fill('');
  });

  it('begins a new line on Enter for those who want that, and sends on Ctrl+Enter (H12)', async () => {
    await app.railLink('Settings').click();
    await app.page.getByRole('checkbox', { name: 'Enter sends the message' }).uncheck();
    await app.page.getByText('Ctrl Enter sends the message, Enter begins a new line.').waitFor();
    await app.railLink('Messages').click();
    await app.composer(MAYA).focus();
    await app.page.keyboard.type('Monday');
    await app.page.keyboard.press('Enter');
    await app.page.keyboard.type('Tuesday');
    await app.page.keyboard.press('Shift+Enter');
    await app.page.keyboard.type('Friday');
    expect(await app.composer(MAYA).inputValue()).toBe('Monday\nTuesday\nFriday');
    expect(await send().getAttribute('title')).toBe('Send (Ctrl Enter)');
    await app.page.keyboard.press('Control+Enter');
    expect((await maya.received('Monday\nTuesday\nFriday')).content).toBe('Monday\nTuesday\nFriday');
    await app.railLink('Settings').click();
    await app.page.getByRole('checkbox', { name: 'Enter sends the message' }).check();
    await app.railLink('Messages').click();
    await app.write(MAYA, 'By Enter again');
    await maya.received('By Enter again');
  });
});
