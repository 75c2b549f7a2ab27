/** What can happen in a step; each action says what it did. */
import type { Device } from './device.ts';
import { FAIR, type Weather } from './link.ts';
import { ANNA, BRUNO, CARLA, DAVID } from './people.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

interface Action {
  readonly weight: number;
  readonly run: (world: World, random: Random) => string | null | Promise<string | null>;
}

/** A device whose person can use it; null when all are down. */
function anyRunning(world: World, random: Random): Device | null {
  const running = world.devices.filter((device) => device.isRunning && device.isSignedIn);
  return running.length === 0 ? null : random.pick(running);
}

/** The people to whom a device offers to write. */
function peersOf({ engine, user }: Device): number[] {
  const list = engine.handlers['conversations.list']({});
  const trainees = engine.handlers['trainees.list']({});
  if (list instanceof Promise || trainees instanceof Promise || !list.ok || !trainees.ok) return [];
  const open = list.value
    .filter(
      ({ isArchived, conversationId }) => !isArchived && (conversationId !== null || user.role === 'trainer'),
    )
    .map(({ peerId }) => peerId);
  return [...new Set([...open, ...trainees.value.map(({ id }) => id)])];
}

let texts = 0;

/** Texts are numbered per simulation. */
export function restartTexts(): void {
  texts = 0;
}

function write(world: World, random: Random, device: Device, peerId: number): string {
  texts += 1;
  const content = `text ${texts}`;
  const clientMessageId = random.uuid();
  const queued = device.guard(() =>
    device.engine.handlers['outbox.enqueue']({ clientMessageId, peerId, content }),
  );
  const isQueued = device.isRunning && queued !== undefined && !(queued instanceof Promise) && queued.ok;
  const state = isQueued ? 'queued' : 'uncertain';
  world.ledger.write({ clientMessageId, device, peerId, content, state });
  return `${device.name} writes “${content}” to ${peerId}${isQueued ? '' : ' and dies'}`;
}

function send(world: World, random: Random): string | null {
  const device = anyRunning(world, random);
  if (!device) return null;
  const peers = peersOf(device);
  if (peers.length === 0) return null;
  const peerId = random.pick(peers);
  const lines: string[] = [];
  const count = random.chance(0.25) ? random.int(2, 5) : 1;
  for (let index = 0; index < count && device.isRunning; index += 1)
    lines.push(write(world, random, device, peerId));
  return lines.join('; ');
}

function read(world: World, random: Random): string | null {
  const device = anyRunning(world, random);
  const list = device?.engine.handlers['conversations.list']({});
  if (!device || !list || list instanceof Promise || !list.ok) return null;
  const unread = list.value.filter(({ lastSeq }) => lastSeq > 0);
  if (unread.length === 0) return null;
  const { peerId, lastSeq, readSeq } = random.pick(unread);
  const upToSeq = random.int(Math.min(readSeq + 1, lastSeq), lastSeq);
  world.ledger.mark(device.user.id, peerId, upToSeq);
  void device.guard(() => device.engine.handlers['read.mark']({ peerId, upToSeq }));
  return `${device.name} reads ${peerId} up to ${upToSeq}`;
}

function page(world: World, random: Random): string | null {
  const device = anyRunning(world, random);
  const list = device?.engine.handlers['conversations.list']({});
  if (!device || !list || list instanceof Promise || !list.ok || list.value.length === 0) return null;
  const { peerId, lastSeq } = random.pick(list.value);
  const beforeSeq = lastSeq > 1 && random.chance(0.4) ? random.int(2, lastSeq) : null;
  void device.guard(() => device.engine.handlers['messages.page']({ peerId, beforeSeq }));
  return `${device.name} opens ${peerId} before ${beforeSeq}`;
}

function kill(world: World, random: Random): string | null {
  const device = anyRunning(world, random);
  if (!device) return null;
  if (random.chance(0.4)) {
    device.kill();
    return `${device.name} is killed`;
  }
  const commits = random.int(1, 6);
  const when = random.pick(['before', 'after'] as const);
  device.killAtCommit(commits, when);
  return `${device.name} is to be killed ${when} commit ${commits}`;
}

function badWeather(random: Random): Weather {
  const way = random.chance(0.35) ? random.pick(['refused', 'silent'] as const) : 'open';
  const maybe = (probability: number) => (random.chance(0.5) ? probability : 0);
  return {
    way,
    latencyMs: random.pick([20, 200, 2_000, 8_000]),
    requestLost: maybe(0.3),
    responseLost: maybe(0.3),
    requestTwice: maybe(0.3),
    eventLost: maybe(0.3),
    eventTwice: maybe(0.3),
    eventOvertakes: maybe(0.5),
  };
}

function weather(world: World, random: Random): string {
  const { name, link } = random.pick(world.devices);
  const next = badWeather(random);
  link.change(next);
  const ms = random.int(1_000, 40_000);
  world.time.after(ms, () => {
    if (link.weather === next) link.change(FAIR);
  });
  const { way, latencyMs, ...chances } = next;
  const kinds = Object.entries(chances).flatMap(([kind, chance]) => (chance > 0 ? [kind] : []));
  return `the way of ${name} is ${way}, ${latencyMs} ms, ${kinds.join(' ')} for ${ms} ms`;
}

function cut(world: World, random: Random): string {
  const { name, link } = random.pick(world.devices);
  link.cut();
  return `the connection of ${name} is cut`;
}

function nudge(world: World, random: Random): string | null {
  const device = anyRunning(world, random);
  if (!device) return null;
  const { engine } = device;
  const how = random.pick(['resume', 'focus', 'retry', 'clock'] as const);
  device.guard(() => {
    if (how === 'resume') engine.onResume();
    else if (how === 'focus') engine.onWindowFocus();
    else if (how === 'retry') void engine.handlers['connection.retry']({});
    else device.skewClock(random.int(-86_400_000, 86_400_000));
  });
  return `${device.name}: ${how}`;
}

async function relate(world: World, random: Random): Promise<string | null> {
  const traineeId = random.pick([CARLA.id, DAVID.id]);
  const row = world.server.connection
    .prepare('SELECT trainer_id FROM trainee_profiles WHERE user_id = ?')
    .pluck()
    .get(traineeId);
  const isRemoval = row !== null;
  const trainerId = isRemoval ? Number(row) : random.pick([ANNA.id, ANNA.id, BRUNO.id]);
  if (isRemoval) world.ledger.partedPairs.add(`${trainerId} ${traineeId}`);
  await world.server.changeRelation(trainerId, traineeId, isRemoval);
  return `${trainerId} ${isRemoval ? 'loses' : 'gets'} ${traineeId}`;
}

function restartServer(world: World, random: Random): string | null {
  if (!world.server.isUp) return null;
  if (random.chance(0.5)) {
    world.server.kill();
    return 'the server is killed';
  }
  const commits = random.int(1, 6);
  const when = random.pick(['before', 'after'] as const);
  world.server.killAtCommit(commits, when);
  return `the server is to be killed ${when} commit ${commits}`;
}

const backups = new WeakMap<World, Buffer>();

function backup(world: World): string {
  backups.set(world, world.server.backup());
  return 'the server is backed up';
}

function restore(world: World): string | null {
  const copy = backups.get(world);
  if (!copy) return null;
  world.server.kill();
  world.server.restore(copy);
  return 'the server is restored';
}

/** An unsent message: the person tries it again, or gives it up. */
function decide(world: World, random: Random): string | null {
  const device = anyRunning(world, random);
  if (!device) return null;
  const unsent = peersOf(device).flatMap((peerId) => {
    const list = device.engine.handlers['outbox.list']({ peerId });
    return list instanceof Promise || !list.ok ? [] : list.value.filter(({ state }) => state !== 'sending');
  });
  if (unsent.length === 0) return null;
  const { clientMessageId, state, content } = random.pick(unsent);
  const written = world.ledger.written.get(clientMessageId);
  if (random.chance(0.7)) {
    if (written && state === 'refused') world.ledger.writeAnew(written);
    void device.guard(() => device.engine.handlers['outbox.retry']({ clientMessageId }));
    return `${device.name} retries “${content}”`;
  }
  if (written) written.state = 'discarded';
  void device.guard(() => device.engine.handlers['outbox.discard']({ clientMessageId }));
  return `${device.name} discards “${content}”`;
}

const ACTIONS: readonly Action[] = [
  { weight: 34, run: send },
  { weight: 16, run: read },
  { weight: 6, run: page },
  { weight: 7, run: kill },
  { weight: 13, run: weather },
  { weight: 5, run: cut },
  { weight: 6, run: nudge },
  { weight: 4, run: relate },
  { weight: 3, run: restartServer },
  { weight: 2, run: backup },
  { weight: 1, run: restore },
  { weight: 3, run: decide },
];
const TOTAL_WEIGHT = ACTIONS.reduce((sum, { weight }) => sum + weight, 0);

/** Lets one thing happen, and some time pass. */
export async function step(world: World, random: Random): Promise<void> {
  let left = random.int(1, TOTAL_WEIGHT);
  const action = ACTIONS.find(({ weight }) => (left -= weight) <= 0);
  const line = await action?.run(world, random);
  if (typeof line === 'string') world.note(line);
  await world.time.pass(pause(random));
}

/** Milliseconds to the next step: mostly a moment, at times long enough for tokens to expire. */
function pause(random: Random): number {
  const kind = random.next();
  if (kind < 0.55) return random.int(0, 400);
  if (kind < 0.93) return random.int(400, 4_000);
  if (kind < 0.995) return random.int(4_000, 15_000);
  return random.int(60_000, 200_000);
}
