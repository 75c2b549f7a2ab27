import type { AppUnderTest } from '../../harness/app.ts';
import type { FaultProxy } from '../../harness/fault-proxy.ts';
import { faults, rateLimited, type SeenRequest } from '../../harness/faults.ts';
import { waitFor } from '../../harness/wait.ts';
import type { Act, Stage } from '../act.ts';

const JORDAN = 'Jordan Reyes';
const LIAM = 'Liam O’Connor';
const NOOR = 'Noor Haddad';
const AIKO = 'Aiko Tanaka';
const ZOE = 'Zoë Martin';

const FOR_EVER = Number.POSITIVE_INFINITY;

const isSend = ({ method, path }: SeenRequest) => method === 'POST' && path.endsWith('/messages');
const isHistory = ({ method, path }: SeenRequest) => method === 'GET' && path.includes('/messages?');

/** One own message for each state of delivery. */
async function showDeliveries(
  { parts, shoot }: Stage,
  app: AppUnderTest,
  url: string,
  proxy: FaultProxy,
): Promise<void> {
  const liam = await parts.client(url, 'liam@demo.test');
  const { id } = await liam.conversationWith(JORDAN);
  await app.openThread(LIAM);
  await app.write(LIAM, 'Just move on. One missed session changes nothing.');
  const { seq } = await liam.received('Just move on. One missed session changes nothing.');
  await liam.markRead(id, seq);
  await app.waitForDelivery(LIAM, 'Just move on. One missed session changes nothing.', 'Read');
  await app.write(LIAM, 'Tell the little one to get well soon.');
  await app.waitForDelivery(LIAM, 'Tell the little one to get well soon.', 'Sent');
  proxy.addRule(isSend, faults.ended);
  await app.write(LIAM, 'Here is the new plan.');
  await app.bubble(LIAM, 'Here is the new plan.').getByRole('button', { name: 'Discard' }).waitFor();
  const failing = proxy.addRule(isSend, faults.unavailable, FOR_EVER);
  await app.write(LIAM, 'Squat 3 × 5 at 72.5.');
  await app.waitForDelivery(LIAM, 'Squat 3 × 5 at 72.5.', 'Not sent');
  await app.write(LIAM, 'And film the last set, please.');
  await app.waitForDelivery(LIAM, 'And film the last set, please.', 'Sending');
  await shoot(app, 'deliveries', 'Read, sent, refused, not sent, sending');
  failing.remove();
  await app.waitForDelivery(LIAM, 'And film the last set, please.', 'Sent', 30_000);
}

/** A server that asks to slow down. */
async function showRateLimit({ shoot }: Stage, app: AppUnderTest, proxy: FaultProxy): Promise<void> {
  const slow = proxy.addRule(isSend, rateLimited(12));
  await app.write(LIAM, 'One more.');
  await waitFor('the server to refuse', () => slow.hits() === 1);
  await app.page
    .getByText(/Slow down/)
    .first()
    .waitFor();
  await shoot(app, 'rate-limited', 'Slow down');
  await app.waitForDelivery(LIAM, 'One more.', 'Sent', 30_000);
}

/** Histories that are on their way, or do not come. */
async function showLoading({ shoot }: Stage, app: AppUnderTest, proxy: FaultProxy): Promise<void> {
  const held = proxy.addRule(isHistory, faults.holdRequest, FOR_EVER);
  await app.openThread(AIKO);
  await app.page.getByRole('status', { name: 'Loading messages' }).waitFor();
  await shoot(app, 'thread-loading', 'A thread on its way');
  held.remove();
  await app.bubbles(AIKO).last().waitFor();
  const failing = proxy.addRule(isHistory, faults.unavailable, FOR_EVER);
  await app.conversation(ZOE).click();
  await app.page.getByRole('button', { name: 'Retry' }).first().waitFor();
  await shoot(app, 'thread-failed', 'A thread that could not be loaded');
  failing.remove();
  await app.page.getByRole('button', { name: 'Retry' }).first().click();
  await app.bubbles(ZOE).last().waitFor();
}

/** A trainee who is removed while their thread is open. */
async function showRemoval({ parts, shoot }: Stage, app: AppUnderTest, url: string): Promise<void> {
  const jordan = await parts.client(url, 'trainer@demo.test');
  const noor = (await jordan.trainees()).find(({ name }) => name === NOOR);
  await app.openThread(NOOR);
  await app.bubbles(NOOR).last().waitFor();
  await jordan.removeTrainee(noor?.id ?? 0);
  await app.page.getByText('This trainee has been removed').first().waitFor();
  await shoot(app, 'trainee-removed', 'A trainee who was removed');
}

/** Nothing gets through. */
async function showOffline({ shoot }: Stage, app: AppUnderTest, proxy: FaultProxy): Promise<void> {
  await app.openThread(LIAM);
  await proxy.refuse();
  await app.page.getByText('Reconnecting...').first().waitFor();
  await shoot(app, 'reconnecting', 'The connection is gone');
  await app.write(LIAM, 'This one waits for the train to leave the tunnel.');
  await app.page
    .getByText(/^Offline\./)
    .first()
    .waitFor({ timeout: 30_000 });
  await shoot(app, 'offline', 'Offline, with a message waiting');
  await app.railLink('Settings').click();
  await app.page.getByRole('button', { name: 'Sign out' }).click();
  await app.page.getByRole('dialog', { name: 'Unsent messages' }).waitFor();
  await shoot(app, 'sign-out-unsent', 'Signing out with unsent messages');
  await app.page.getByRole('button', { name: 'Keep and sign out' }).click();
  await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
  await shoot(app, 'sign-in-unsent', 'Unsent messages that are kept');
}

/** What networks and servers do to an inbox. */
export const troubleAct: Act = {
  name: 'trouble',
  play: async (stage) => {
    const { url } = await stage.parts.backend();
    const proxy = await stage.parts.proxy(url);
    const app = await stage.openApp();
    await app.signIn(proxy.url);
    await showDeliveries(stage, app, url, proxy);
    await showRateLimit(stage, app, proxy);
    await showLoading(stage, app, proxy);
    await showRemoval(stage, app, url);
    await showOffline(stage, app, proxy);
  },
};
