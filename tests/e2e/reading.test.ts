import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Conversation } from '../../shared/wire/entities.ts';
import type { AppUnderTest } from '../harness/app.ts';
import { storeMissedMessages } from '../harness/backend-history.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults } from '../harness/faults.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

/** More than five pages. */
const MISSED = 120;

describe('reading', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let jordan: TraineeClient;
  /** Has many unread messages. */
  let busy: Conversation;
  let quiet: Conversation;
  let quietTrainee: TraineeClient;

  beforeAll(async () => {
    const backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
    jordan = await parts.client(backend.url, 'trainer@demo.test');
    for (const { id, lastSeq } of await jordan.conversations()) await jordan.markRead(id, lastSeq);
    storeMissedMessages({
      database: backend.database,
      trainerEmail: 'trainer@demo.test',
      count: MISSED,
      conversations: 1,
    });
    const [first, second] = await jordan.conversations();
    if (first === undefined || second === undefined) throw new Error('The demo has too few conversations.');
    [busy, quiet] = [first, second];
    const trainees = await jordan.trainees();
    const email = trainees.find(({ id }) => id === quiet.trainee.id)?.email ?? '';
    quietTrainee = await parts.client(backend.url, email);
    proxy = await parts.proxy(backend.url);
    app = await parts.app();
    await app.signIn(proxy.url);
    await app.takeFocus();
  });
  beforeEach(() => pictureOnFailure(app));

  const newLine = () => app.page.getByText('New messages', { exact: true });
  /** Where a bubble is in the window. */
  const topOf = async (name: string, text: string): Promise<number> =>
    (await app.bubble(name, text).boundingBox())?.y ?? Number.NaN;
  /** The texts of the rows right above and below the line; null while it is not drawn. */
  const aroundTheLine = () =>
    app.thread(busy.trainee.name).evaluate((log) => {
      const rows = [...log.querySelectorAll<HTMLElement>('[data-index]')].toSorted(
        (a, b) => Number(a.dataset['index']) - Number(b.dataset['index']),
      );
      const line = rows.findIndex((row) => row.textContent === 'New messages');
      if (line === -1) return null;
      return { above: rows[line - 1]?.textContent ?? '', below: rows[line + 1]?.textContent ?? '' };
    });
  const BEFORE_THE_FIRST = {
    above: expect.not.stringMatching(/^Missed/) as string,
    below: expect.stringMatching(/^Missed 1:/) as string,
  };
  const wheel = async (name: string, deltaY: number): Promise<void> => {
    await app.thread(name).hover();
    await app.page.mouse.wheel(0, deltaY);
  };

  it('opens no thread by itself, and so reads nothing (A11)', async () => {
    await app.page
      .getByRole('option', { name: `${busy.trainee.name}, ${MISSED} unread` })
      .or(app.page.getByRole('option', { name: `${busy.trainee.name}, 99+ unread` }))
      .waitFor();
    expect(await app.page.getByRole('log').count()).toBe(0);
    expect(await jordan.unreadCount()).toBe(MISSED);
  });

  it('opens at the first of 120 unread messages, with the line before it (A9)', async () => {
    await app.openThread(busy.trainee.name);
    await newLine().waitFor();
    expect(await aroundTheLine()).toEqual(BEFORE_THE_FIRST);
    const log = await app.thread(busy.trainee.name).boundingBox();
    const line = await newLine().boundingBox();
    expect((line?.y ?? 0) - (log?.y ?? 0)).toBeLessThan(40);
  });

  it('keeps the line where it is while all of it is read (A9)', async () => {
    const { name } = busy.trainee;
    await app.page.getByRole('button', { name: 'Go to the newest message' }).click();
    await app
      .bubbles(name)
      .filter({ hasText: `Missed ${MISSED}:` })
      .waitFor();
    await eventually(() => jordan.unreadCount()).toBe(0);
    await eventually(async () => {
      const around = await aroundTheLine();
      if (around === null) await wheel(name, -600);
      return around;
    }).toEqual(BEFORE_THE_FIRST);
  });

  it('finds its place again after another thread was open (I4)', async () => {
    const { name } = busy.trainee;
    // Far from the line, which is gone when the thread is opened again.
    await eventually(async () => {
      await wheel(name, -600);
      return aroundTheLine();
    }).toBeNull();
    // What people write is not unique, its number is.
    const seqInView = await app.thread(name).evaluate((log) => {
      const { top } = log.getBoundingClientRect();
      const first = [...log.querySelectorAll<HTMLElement>('[data-inbound-seq]')].find(
        (item) => item.getBoundingClientRect().top >= top + 10,
      );
      return first?.dataset['inboundSeq'] ?? '';
    });
    const place = async (): Promise<number> =>
      (await app.thread(name).locator(`[data-inbound-seq="${seqInView}"]`).boundingBox())?.y ?? Number.NaN;
    // The last turn of the wheel has come to rest.
    let before = Number.NaN;
    await eventually(async () => {
      const last = before;
      before = await place();
      return before - last;
    }).toBe(0);
    await app.openThread(quiet.trainee.name);
    await app.openThread(name);
    await eventually(async () => Math.abs((await place()) - before)).toBeLessThanOrEqual(2);
  });

  it('shows a page that comes late in its own thread only (I3)', async () => {
    const held = proxy.addRule(({ path }) => /\/messages\?/.test(path), faults.holdRequest, 20);
    const { name } = quiet.trainee;
    const asked = proxy.requests.length;
    const third = (await jordan.conversations())[2];
    if (third === undefined) throw new Error('The demo has too few conversations.');
    await app.openThread(third.trainee.name);
    await eventually(
      () => proxy.requests.slice(asked).filter(({ path }) => path.includes('/messages?')).length,
    ).toBeGreaterThan(0);
    await app.openThread(name);
    held.remove();
    const own = new Set(await jordan.texts(quiet.id));
    await app.bubbles(name).first().waitFor();
    for (const bubble of await app.bubbles(name).locator('[dir=auto]').allTextContents()) {
      expect(own).toContain(bubble);
    }
    await app.openThread(third.trainee.name);
    await app.bubbles(third.trainee.name).first().waitFor();
  });

  it('keeps the list’s order under the pointer, and opens what was pointed at (I5)', async () => {
    const options = app.conversationList().getByRole('option');
    await options.first().hover();
    const before = await options.first().innerText();
    await quietTrainee.send(quiet.id, 'Under your pointer');
    await app.page.getByRole('option', { name: `${quiet.trainee.name}, 1 unread` }).waitFor();
    expect(await options.first().innerText()).toBe(before);
    await app.page.mouse.down();
    await app.page.mouse.up();
    await app.page.getByRole('heading', { name: busy.trainee.name }).waitFor();
    await app.page.mouse.move(900, 300);
    await eventually(() => options.first().innerText()).toContain(quiet.trainee.name);
  });

  it('reads what was there before with a reply, and takes the line away (A8)', async () => {
    const { name } = quiet.trainee;
    await app.loseFocus();
    await app.conversation(name).click();
    await newLine().waitFor();
    expect(await jordan.unreadCount()).toBe(1);
    await app.write(name, 'Read, thank you.');
    await app.waitForDelivery(name, 'Read, thank you.', 'Sent');
    await newLine().waitFor({ state: 'detached' });
    await eventually(() => jordan.unreadCount()).toBe(0);
    await app.page.getByRole('option', { name, exact: true }).waitFor();
    await app.takeFocus();
  });

  it('comes back to nothing open by Escape (A11)', async () => {
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('log').waitFor({ state: 'detached' });
  });

  it('calls yesterday what was today, in an app left open over midnight (K2)', async () => {
    const { name } = quiet.trainee;
    await app.openThread(name);
    const day = app.thread(name).getByText('Today', { exact: true }).last();
    await day.waitFor();
    const time = app.bubble(name, 'Read, thank you.').locator('time');
    // In full for whoever points at it.
    expect(await time.getAttribute('title')).toMatch(/^\w+, \w+ \d+, 20\d\d.* \d+:\d\d:\d\d [AP]M (UTC|GMT)/);
    const top = await topOf(name, 'Read, thank you.');
    await app.page.clock.install();
    const now = new Date(await app.page.evaluate(() => Date.now()));
    const untilMidnight = new Date(now).setHours(24, 0, 0, 0) - now.getTime();
    await app.page.clock.fastForward(untilMidnight + 3 * 3_600_000);
    await eventually(() => time.innerText()).toBe('Yesterday');
    expect(await app.thread(name).getByText('Today', { exact: true }).count()).toBe(0);
    expect(await app.thread(name).getByText('Yesterday', { exact: true }).count()).toBeGreaterThan(0);
    expect(await topOf(name, 'Read, thank you.')).toBe(top);
  });
});
