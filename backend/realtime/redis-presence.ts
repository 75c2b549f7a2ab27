import type { FastifyBaseLogger } from 'fastify';
import { SOCKETS_PER_USER } from '../../shared/limits.ts';
import type { Redis, RedisClient } from '../operations/redis.ts';
import { LocalPresence, type Presence } from './presence.ts';

/** A node that has not said for so long that it lives is taken for dead, and its places for free. */
const NODE_LIFE_MS = 10_000;
const SIGN_OF_LIFE_INTERVAL_MS = 3_000;
/** Every so often a node says again who is with it, in case Redis lost it. */
const REPEAT_INTERVAL_MS = 60_000;
const PLACES_LIFE_MS = 5 * REPEAT_INTERVAL_MS;

/*
 * A person's places are a hash: field `<node> <socket>`, value the focused conversation or nothing. Each node that
 * lives has a key of its own. Scripts look at both at once, so that no two sockets take the last place.
 */
const COUNT_LIVING = `
local living, nodes = 0, {}
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  local node = string.match(field, '^[^ ]+')
  if nodes[node] == nil then nodes[node] = redis.call('EXISTS', ARGV[1] .. node) == 1 end
  if nodes[node] then living = living + 1 else redis.call('HDEL', KEYS[1], field) end
end`;
const ENTER = `${COUNT_LIVING}
if living >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], '')
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`;
const LEAVE = `redis.call('HDEL', KEYS[1], ARGV[2])${COUNT_LIVING}
return living`;
const IS_FOCUSED = `
local places = redis.call('HGETALL', KEYS[1])
for at = 1, #places, 2 do
  local node = string.match(places[at], '^[^ ]+')
  if places[at + 1] == ARGV[2] and redis.call('EXISTS', ARGV[1] .. node) == 1 then return 1 end
end
return 0`;

/**
 * The people on all nodes, by way of Redis. While Redis is away each node knows only its own; when it is back,
 * they tell it who is there.
 */
export function createRedisPresence(parts: {
  readonly redis: Redis;
  /** Before the names of all keys. */
  readonly prefix: string;
  /** Different for each node and start; without a space. */
  readonly nodeId: string;
  readonly log: FastifyBaseLogger;
}): Presence {
  const { redis, prefix, nodeId, log } = parts;
  const local = new LocalPresence();
  const nodeKeys = `${prefix}node:`;
  const placesKey = (personId: number) => `${prefix}places:${personId}`;
  const field = (socketId: string) => `${nodeId} ${socketId}`;

  function run(client: RedisClient, script: string, personId: number, ...args: string[]): Promise<number> {
    return client
      .eval(script, { keys: [placesKey(personId)], arguments: [nodeKeys, ...args] })
      .then((answer) => Number(answer));
  }

  async function giveSignOfLife(): Promise<void> {
    await redis.ask(
      (client) => client.set(nodeKeys + nodeId, '1', { expiration: { type: 'PX', value: NODE_LIFE_MS } }),
      () => null,
    );
  }

  /** Writes down everybody who is here. */
  async function tellAll(): Promise<void> {
    await giveSignOfLife();
    for (const [personId, places] of local.people) {
      const fields = [...places].map(([socketId, conversationId]): [string, string] => [
        field(socketId),
        String(conversationId ?? ''),
      ]);
      await redis.ask(
        (client) =>
          client
            .multi()
            .hSet(placesKey(personId), fields)
            .pExpire(placesKey(personId), PLACES_LIFE_MS)
            .exec(),
        () => null,
      );
    }
  }

  function inBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) => log.error({ err: error }, 'presence could not be told'));
  }
  redis.onAvailable(() => inBackground(tellAll));
  const timers = [
    setInterval(() => inBackground(giveSignOfLife), SIGN_OF_LIFE_INTERVAL_MS),
    setInterval(() => inBackground(tellAll), REPEAT_INTERVAL_MS),
  ];

  return {
    async enter(personId, socketId) {
      if (!(await local.enter(personId, socketId))) return false;
      const hasPlace = await redis.ask(
        async (client) =>
          (await run(
            client,
            ENTER,
            personId,
            field(socketId),
            String(SOCKETS_PER_USER),
            String(PLACES_LIFE_MS),
          )) === 1,
        () => true,
      );
      if (!hasPlace) await local.leave(personId, socketId);
      return hasPlace;
    },

    async focus(personId, socketId, conversationId) {
      await local.focus(personId, socketId, conversationId);
      if (!local.people.get(personId)?.has(socketId)) return;
      await redis.ask(
        (client) => client.hSet(placesKey(personId), field(socketId), String(conversationId ?? '')),
        () => 0,
      );
    },

    async leave(personId, socketId) {
      const isLastHere = await local.leave(personId, socketId);
      return redis.ask(
        async (client) => (await run(client, LEAVE, personId, field(socketId))) === 0,
        () => isLastHere,
      );
    },

    async isFocused(personId, conversationId) {
      if (await local.isFocused(personId, conversationId)) return true;
      return redis.ask(
        async (client) => (await run(client, IS_FOCUSED, personId, String(conversationId))) === 1,
        () => false,
      );
    },

    async close() {
      for (const timer of timers) clearInterval(timer);
      await local.close();
      await redis.ask(
        (client) => client.del(nodeKeys + nodeId),
        () => 0,
      );
    },
  };
}
