import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { faults, rateLimited, type SeenRequest } from '../harness/faults.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';
import { waitFor } from '../harness/wait.ts';

const MAYA = 'Maya Chen';
/** The colour of what is wrong, in the light theme. */
const RED = 'rgb(192, 40, 45)';

const isSend = ({ method, path }: SeenRequest) => method === 'POST' && path.endsWith('/messages');

describe('a message on a road that loses and breaks things', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    const backend = await parts.backend();
    proxy = await parts.proxy(backend.url);
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    await app.signIn(proxy.url);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  const storedTimes = async (content: string) =>
    (await maya.texts(conversationId)).filter((text) => text === content).length;
  /** Checks that a message ended as one bubble marked Sent, and is stored once. */
  const arrivedOnce = async (text: string) => {
    await app.waitForDelivery(MAYA, text, 'Sent', 30_000);
    expect(await app.bubble(MAYA, text).count()).toBe(1);
    expect(await storedTimes(text)).toBe(1);
  };

  it('is stored and shown once when the acknowledgement is lost but the socket lives', async () => {
    const rule = proxy.addRule(isSend, faults.loseAnswer);
    await app.write(MAYA, 'Lost on the way back');
    await waitFor('the answer to be lost', () => rule.hits() === 1);
    await arrivedOnce('Lost on the way back');
  });

  it('is stored and shown once when the acknowledgement is lost and there is no socket', async () => {
    proxy.refuseUpgrades(true);
    proxy.cutSockets();
    const from = proxy.requests.length;
    const rule = proxy.addRule(isSend, faults.loseAnswer);
    await app.write(MAYA, 'Lost without a socket');
    await waitFor('the answer to be lost', () => rule.hits() === 1);
    expect(await storedTimes('Lost without a socket')).toBe(1);
    await arrivedOnce('Lost without a socket');
    const ids = proxy.requests
      .slice(from)
      .filter(isSend)
      .map(({ body }) => /"clientMessageId":"([^"]+)"/.exec(body)?.[1]);
    expect(new Set(ids).size).toBe(1);
    proxy.refuseUpgrades(false);
  });

  it.each([
    ['an HTML page of a captive portal', faults.htmlPage],
    ['a redirect', faults.redirect],
    ['a server in trouble', faults.unavailable],
  ])('is marked Not sent after %s, and goes out by itself', async (what, fault) => {
    await app.page.emulateMedia({ colorScheme: 'light' });
    const rule = proxy.addRule(isSend, fault, Number.POSITIVE_INFINITY);
    const text = `Through ${what}`;
    await app.write(MAYA, text);
    await app.waitForDelivery(MAYA, text, 'Not sent');
    await app.bubble(MAYA, text).getByRole('button', { name: 'Tap to retry' }).waitFor();
    const icon = app.bubble(MAYA, text).locator('svg.lucide-circle-alert');
    expect(await icon.evaluate((one) => getComputedStyle(one).color)).toBe(RED);
    expect(await storedTimes(text)).toBe(0);
    rule.remove();
    await arrivedOnce(text);
  });

  it('goes out at once on "Tap to retry"', async () => {
    const rule = proxy.addRule(isSend, faults.unavailable, Number.POSITIVE_INFINITY);
    await app.write(MAYA, 'Try me again');
    await waitFor('three attempts', () => rule.hits() >= 3);
    rule.remove();
    await app.bubble(MAYA, 'Try me again').getByRole('button', { name: 'Tap to retry' }).click();
    await app.waitForDelivery(MAYA, 'Try me again', 'Sent', 1_500);
    expect(await storedTimes('Try me again')).toBe(1);
  });

  it('waits as long as the server asks, says so, and then goes out by itself', async () => {
    const rule = proxy.addRule(isSend, rateLimited(3));
    await app.write(MAYA, 'Too fast');
    await waitFor('the server to refuse', () => rule.hits() === 1);
    await app.page
      .getByText(/Slow down\. Try again in \d seconds?/)
      .first()
      .waitFor();
    await arrivedOnce('Too fast');
  });
});
