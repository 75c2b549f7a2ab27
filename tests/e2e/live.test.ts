import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults } from '../harness/faults.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const MAYA = 'Maya Chen';
/** The colour of counts. */
const RED = 'rgb(208, 49, 45)';
/** News that is pushed is there by then; who just asked for it asks again after ten seconds. */
const AT_ONCE_MS = 6_000;

describe('a trainer in the app and a trainee elsewhere', () => {
  const parts = partsOfThisFile();
  let url: string;
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let jordan: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    ({ url } = await parts.backend());
    proxy = await parts.proxy(url);
    maya = await parts.client(url, 'maya@demo.test');
    jordan = await parts.client(url, 'trainer@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app([], await parts.managedScreen());
    await app.signIn(proxy.url);
  });
  beforeEach(() => pictureOnFailure(app));

  /** Waits until the server tells Maya that Jordan has read up to this message. */
  const readByJordan = (seq: number, timeoutMs?: number) =>
    maya.feed.find(
      `Jordan's read mark at ${seq}`,
      (event) =>
        event.type === 'conversation.read' && event.userId === jordan.user.id && event.readSeq >= seq,
      timeoutMs === undefined ? {} : { timeoutMs },
    );

  it('lists all conversations by their newest message, and moves one to the top when a message comes (AC-3)', async () => {
    const byNewest = async (): Promise<readonly string[]> =>
      (await jordan.conversations())
        .toSorted((a, b) => Date.parse(b.lastMessageAt ?? '') - Date.parse(a.lastMessageAt ?? ''))
        .map(({ trainee }) => trainee.name);
    const listed = () =>
      app
        .conversationList()
        .getByRole('option')
        .evaluateAll((rows) =>
          rows
            .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
            .map((row) => row.querySelector('bdi')?.textContent),
        );
    const names = await byNewest();
    expect(names.length).toBeGreaterThan(5);
    await eventually(listed).toEqual(names);
    // Neither pointer nor keyboard are in the list, which would hold it still.
    await app.page.getByRole('tab', { name: 'All' }).click();
    const last = names.at(-1) ?? '';
    const email = (await jordan.trainees()).find(({ name }) => name === last)?.email ?? '';
    const trainee = await parts.client(url, email);
    await trainee.send((await jordan.conversationWith(last)).id, 'Back from my holiday!');
    await eventually(listed).toEqual([last, ...names.slice(0, -1)]);
    expect(await byNewest()).toEqual([last, ...names.slice(0, -1)]);
  });

  it('counts a new message in the list and on the rail while its thread is closed', async () => {
    const before = (await jordan.conversation(conversationId)).unreadCount;
    const total = await jordan.unreadCount();
    await maya.send(conversationId, 'Did you see my squat video?');
    await app.page
      .getByRole('option', { name: `${MAYA}, ${before + 1} unread` })
      .filter({ hasText: 'Did you see my squat video?' })
      .waitFor();
    const rail = app.page.getByRole('link', { name: `Messages, ${total + 1} unread` });
    const dot = rail.getByText(`${total + 1}`, { exact: true });
    expect(await dot.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe(RED);
    const newest = app.conversationList().getByRole('option').first();
    expect(await newest.innerText()).toContain('Did you see my squat video?');
  });

  it('shows the message once its thread is open, and tells the trainee that it was read', async () => {
    const { lastSeq } = await maya.conversation(conversationId);
    const others = (await jordan.unreadCount()) - (await jordan.conversation(conversationId)).unreadCount;
    await app.takeFocus();
    await app.openThread(MAYA);
    await app.page.getByRole('heading', { name: MAYA }).waitFor();
    await app.bubble(MAYA, 'Did you see my squat video?').waitFor();
    await readByJordan(lastSeq);
    await app.page
      .getByRole('link', { name: others === 0 ? 'Messages' : `Messages, ${others} unread`, exact: true })
      .waitFor();
    await app.page.getByRole('option', { name: MAYA, exact: true }).waitFor();
  });

  it('takes the trainer’s answer from Sending over Sent to Read', async () => {
    const held = proxy.addRule(
      ({ method, path }) => method === 'POST' && path.endsWith('/messages'),
      faults.holdRequest,
    );
    await app.write(MAYA, 'Looks strong, go deeper.');
    await app.waitForDelivery(MAYA, 'Looks strong, go deeper.', 'Sending');
    expect(await app.composer(MAYA).inputValue()).toBe('');
    held.remove();
    await app.waitForDelivery(MAYA, 'Looks strong, go deeper.', 'Sent');
    const message = await maya.received('Looks strong, go deeper.');
    await maya.markRead(conversationId, message.seq);
    await app.waitForDelivery(MAYA, 'Looks strong, go deeper.', 'Read');
    expect(await app.bubble(MAYA, 'Looks strong, go deeper.').count()).toBe(1);
  });

  it('shows the trainee’s next message in the open thread without a touch', async () => {
    const { seq } = await maya.send(conversationId, 'Thanks, will do!');
    await app.bubble(MAYA, 'Thanks, will do!').waitFor({ timeout: AT_ONCE_MS });
    await readByJordan(seq);
    expect((await app.bubbles(MAYA).allInnerTexts()).at(-1)).toContain('Thanks, will do!');
  });

  it('reads nothing while the window has no focus, and reads at once when it comes back (A1, A2)', async () => {
    await app.loseFocus();
    const { seq } = await maya.send(conversationId, 'Are you still there?');
    await app.bubble(MAYA, 'Are you still there?').waitFor();
    await expect(readByJordan(seq, 2_500)).rejects.toThrow('Waited 2500 ms');
    await app.page.getByRole('option', { name: `${MAYA}, 1 unread` }).waitFor();
    await app.takeFocus();
    await readByJordan(seq, 3_000);
  });

  it('reads nothing while the window is hidden, and reads without a touch when it is shown again (A1, A2)', async () => {
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const { seq } = await maya.send(conversationId, 'And now?');
    await expect(readByJordan(seq, 1_500)).rejects.toThrow('Waited 1500 ms');
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
    await app.takeFocus();
    await readByJordan(seq, 3_000);
    await app.page.getByRole('option', { name: MAYA, exact: true }).waitFor();
  });

  it('reads nothing while the window is minimised, and reads without a touch when it is restored (A1, A2)', async () => {
    await app.minimise();
    const { seq } = await maya.send(conversationId, 'Down in the taskbar?');
    await app.bubble(MAYA, 'Down in the taskbar?').waitFor();
    await expect(readByJordan(seq, 1_500)).rejects.toThrow('Waited 1500 ms');
    await app.page.getByRole('option', { name: `${MAYA}, 1 unread` }).waitFor();
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.restore());
    await readByJordan(seq, 3_000);
    expect(await app.isMinimised()).toBe(false);
    await app.page.getByRole('option', { name: MAYA, exact: true }).waitFor();
  });

  it('lets the typing sign go after three seconds of silence', async () => {
    const typing = app.page.getByText(`${MAYA} is typing...`, { exact: true });
    maya.setTyping(conversationId, true);
    await typing.first().waitFor();
    const shownAt = performance.now();
    const dots = await app.page.evaluate(
      () =>
        document
          .getAnimations()
          .filter((animation) => animation instanceof CSSAnimation && animation.animationName === 'typing')
          .length,
    );
    expect(dots).toBe(3);
    await typing.first().waitFor({ state: 'detached', timeout: 6_000 });
    expect(performance.now() - shownAt).toBeGreaterThan(2_000);
  });

  it('shows that the trainee types until the message comes', async () => {
    const typing = app.page.getByText(`${MAYA} is typing...`, { exact: true });
    maya.setTyping(conversationId, true);
    await typing.first().waitFor();
    await maya.send(conversationId, 'One more set?');
    await app.bubble(MAYA, 'One more set?').waitFor();
    await typing.first().waitFor({ state: 'detached' });
  });

  it('tells the trainee that the trainer types, and that the typing ended', async () => {
    const from = maya.typing.all.length;
    await app.composer(MAYA).pressSequentially('Well');
    const started = await maya.typing.find('Jordan to type', ({ isTyping }) => isTyping, { from });
    expect(started).toEqual({ conversationId, userId: jordan.user.id, isTyping: true });
    await app.composer(MAYA).fill('');
    await maya.typing.find('Jordan to stop typing', ({ isTyping }) => !isTyping, { from });
  });
});
