/** I4: when everything is mended and some time has passed, every device shows what the server has. */
import type { Device } from './device.ts';
import { FAIR } from './link.ts';
import { Violation } from './ledger.ts';
import type { World } from './world.ts';

/** The promise of the protocol: after the network heals, all is well within this time, in milliseconds. */
const CONVERGENCE_MS = 20_000;
/** Longest time until a socket is open: an attempt that hangs, the longest wait, and the next attempt. */
const LONGEST_RECONNECT_MS = 47_000;
/** A live event that vanished from a living connection shows with the next `head`. */
const HEAD_MS = 25_000;
const LOOK_EVERY_MS = 2_500;

/** The server's side of one row of a conversation list. */
interface Row {
  readonly conversationId: number;
  readonly peerId: number;
  readonly isArchived: boolean;
  readonly lastSeq: number;
  readonly readSeq: number;
  readonly peerReadSeq: number;
  readonly unreadCount: number;
}

/** Heals everything and waits for rest. @throws Violation */
export async function comeToRest(world: World): Promise<void> {
  world.note('everything is mended');
  world.server.spare();
  world.startAll();
  for (const device of world.devices) {
    device.spare();
    device.link.change(FAIR);
  }
  let healedAt = world.time.now;
  const wasEventLost = world.devices.some(({ link }) => healedAt - link.eventLostAt < HEAD_MS);
  const limit = wasEventLost ? HEAD_MS + LOOK_EVERY_MS : CONVERGENCE_MS;
  for (let difference: string | null = ''; difference !== null;) {
    await world.time.pass(LOOK_EVERY_MS);
    await world.check();
    if (world.isHeldUp()) healedAt = world.time.now;
    difference = await firstDifference(world);
    const waited = world.time.now - healedAt;
    if (difference !== null && waited >= limit)
      throw new Violation(`I4: ${waited / 1_000} s after all was mended, ${difference}`);
  }
  // What is shown comes by polling until then.
  await world.time.pass(LONGEST_RECONNECT_MS);
  await world.check();
  for (const device of world.devices) {
    const { phase } = device.engine.view().connection;
    if (phase !== 'live') throw new Violation(`I4: at rest, ${device.name} is still ${phase}`);
  }
  for (const { state, isStored, content, clientMessageId, device } of world.ledger.written.values()) {
    if (state !== 'queued' || isStored) continue;
    if (!(await isShownAsRefused(device, clientMessageId)))
      throw new Violation(`I1: “${content}” is neither sent nor shown as unsent on ${device.name}`);
  }
}

async function firstDifference(world: World): Promise<string | null> {
  for (const device of world.devices) {
    const difference = device.isRunning ? await differenceOf(world, device) : 'is down';
    if (difference !== null) return `${device.name} ${difference}`;
  }
  return null;
}

async function differenceOf(world: World, device: Device): Promise<string | null> {
  const { engine } = device;
  const view = engine.view();
  if (view.connection.waitingCount > 0) return `has ${view.connection.waitingCount} messages waiting`;
  const list = await engine.handlers['conversations.list']({});
  if (!list.ok) return 'has no list';
  const shown = list.value
    .filter((row) => row.conversationId !== null)
    .map(({ conversationId, peerId, isArchived, lastSeq, readSeq, peerReadSeq, unreadCount }) => {
      return { conversationId, peerId, isArchived, lastSeq, readSeq, peerReadSeq, unreadCount };
    });
  const expected = rowsFor(world, device);
  if (JSON.stringify(shown) !== JSON.stringify(expected))
    return `lists ${JSON.stringify(shown)} and not ${JSON.stringify(expected)}`;
  const unread = expected.reduce((sum, row) => sum + row.unreadCount, 0);
  if (view.unreadCount !== unread) return `counts ${view.unreadCount} unread and not ${unread}`;
  for (const { conversationId, peerId } of expected) {
    const [have, should] = [await historyOf(world, device, peerId), storedIn(world, conversationId)];
    if (have.join() !== should.join()) return `shows ${have.join()} and not ${should.join()}`;
  }
  return differenceOfTrainees(world, device);
}

async function differenceOfTrainees(world: World, device: Device): Promise<string | null> {
  const list = await device.engine.handlers['trainees.list']({});
  const shown = list.ok
    ? list.value.map(({ id, conversationId }) => `${id}:${conversationId}`).toSorted()
    : [];
  const expected = world.server.connection
    .prepare(
      `SELECT p.user_id || ':' || coalesce(c.id, 'null') FROM trainee_profiles p
       LEFT JOIN conversations c ON c.trainee_id = p.user_id AND c.trainer_id = p.trainer_id
       WHERE p.trainer_id = ? ORDER BY 1`,
    )
    .pluck()
    .all(device.user.id);
  return shown.join() === expected.join() ? null : `has trainees ${shown.join()} and not ${expected.join()}`;
}

function rowsFor(world: World, { user }: Device): Row[] {
  const [own, peer] = user.role === 'trainer' ? ['trainer', 'trainee'] : ['trainee', 'trainer'];
  const rows = world.server.connection
    .prepare(
      `SELECT id AS conversationId, ${peer}_id AS peerId, is_archived AS isArchived, last_seq AS lastSeq,
         ${own}_read_seq AS readSeq, ${peer}_read_seq AS peerReadSeq,
         (SELECT count(*) FROM messages WHERE conversation_id = c.id AND sender_id = c.${peer}_id
            AND seq > c.${own}_read_seq) AS unreadCount
       FROM conversations c WHERE ${own}_id = ? AND (is_archived = 0 OR ${user.role === 'trainer' ? 1 : 0})
       ORDER BY last_message_at DESC, id DESC`,
    )
    .all(user.id) as (Omit<Row, 'isArchived'> & { isArchived: number })[];
  return rows.map((row) => ({ ...row, isArchived: row.isArchived === 1 }));
}

function storedIn(world: World, conversationId: number): unknown[] {
  return world.server.connection
    .prepare('SELECT content FROM messages WHERE conversation_id = ? ORDER BY seq')
    .pluck()
    .all(conversationId);
}

/** All of a thread, page by page, as a person scrolls through it. */
async function historyOf(world: World, device: Device, peerId: number): Promise<string[]> {
  const texts: string[] = [];
  let beforeSeq: number | null = null;
  for (;;) {
    const asked = device.engine.handlers['messages.page']({ peerId, beforeSeq });
    const page: Awaited<typeof asked> = await world.time.complete(asked);
    if (!page.ok || page.value.error) return ['an error'];
    texts.unshift(...page.value.items.map(({ content }) => content));
    const [oldest] = page.value.items;
    if (!page.value.hasMore || !oldest) return texts;
    beforeSeq = oldest.seq;
  }
}

async function isShownAsRefused(device: Device, clientMessageId: string): Promise<boolean> {
  const list = await device.engine.handlers['conversations.list']({});
  if (!list.ok) return false;
  for (const { peerId } of list.value) {
    const unsent = await device.engine.handlers['outbox.list']({ peerId });
    const item = unsent.ok ? unsent.value.find((row) => row.clientMessageId === clientMessageId) : undefined;
    if (item) return item.state === 'refused';
  }
  return false;
}
