import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { SharedCounts } from '../operations/limiters.ts';
import type { Redis } from '../operations/redis.ts';
import { noOtherNodes, type OpenNodeBus } from './bus.ts';
import { LocalPresence, type Presence } from './presence.ts';
import { redisBus } from './redis-bus.ts';
import { createRedisPresence } from './redis-presence.ts';

/** What the nodes of one service share besides the database. */
export interface Cluster {
  readonly presence: Presence;
  readonly openBus: OpenNodeBus;
  /** Null when every node counts for itself. */
  readonly sharedCounts: SharedCounts | null;
}

/** Joins the other nodes on this Redis that serve the same database; without Redis the node is alone. */
export function joinCluster(parts: {
  readonly redis: Redis | null;
  /** The database's id: services that share a Redis do not share anything else. */
  readonly serverId: string;
  readonly log: FastifyBaseLogger;
}): Cluster {
  const { redis, serverId, log } = parts;
  if (!redis) return { presence: new LocalPresence(), openBus: noOtherNodes, sharedCounts: null };
  const prefix = `trainer-inbox:${serverId}:`;
  const nodeId = randomUUID();
  return {
    presence: createRedisPresence({ redis, prefix, nodeId, log }),
    openBus: redisBus({ redis, key: `${prefix}events`, nodeId, log }),
    sharedCounts: { redis, prefix },
  };
}
