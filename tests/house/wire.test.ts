/**
 * The wire is pinned: app and backend of different ages meet in the field, so a changed schema must be a
 * decision. After one, raise PROTOCOL_VERSION and run this file with UPDATE_WIRE_HASH=1.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import * as entities from '../../shared/wire/entities.ts';
import * as feed from '../../shared/wire/feed.ts';
import * as rest from '../../shared/wire/rest.ts';
import * as socket from '../../shared/wire/socket.ts';
import { PROTOCOL_VERSION } from '../../shared/wire/version.ts';

const PINNED_FILE = path.join(import.meta.dirname, 'wire-hash.json');

const pinnedSchema = z.object({ version: z.int().positive(), sha256: z.string().length(64) });

/** What is pinned for an export: schemas as JSON Schema, both as sent and as received; constants as they are. */
function shapeOf(value: unknown): unknown {
  if (value instanceof z.ZodType) {
    return (['input', 'output'] as const).map((io) => z.toJSONSchema(value, { io, unrepresentable: 'any' }));
  }
  if (typeof value === 'object' && value !== null) return shapesIn(value);
  return typeof value === 'function' ? 'function' : value;
}

function shapesIn(exports: object): unknown {
  return Object.entries(exports)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => [name, shapeOf(value)]);
}

/** SHA-256 of everything that the modules export for the wire. */
function hashOf(modules: readonly object[]): string {
  return createHash('sha256')
    .update(JSON.stringify(modules.map(shapesIn)))
    .digest('hex');
}

describe('the wire contract', () => {
  const current = { version: PROTOCOL_VERSION, sha256: hashOf([entities, feed, rest, socket]) };

  it('is the one that was pinned for this protocol version', () => {
    const pinned = existsSync(PINNED_FILE)
      ? pinnedSchema.parse(JSON.parse(readFileSync(PINNED_FILE, 'utf8')))
      : null;
    // The switch pins a new version; it does not excuse a change under the old one.
    if (process.env['UPDATE_WIRE_HASH'] === '1' && pinned?.version !== current.version) {
      writeFileSync(PINNED_FILE, `${JSON.stringify(current, null, 2)}\n`);
      return;
    }
    expect(
      current,
      pinned?.version === current.version
        ? 'A schema in shared/wire changed. Either take the change back, or raise PROTOCOL_VERSION in ' +
            'shared/wire/version.ts, describe the change in docs/protocol.md, and run: ' +
            'UPDATE_WIRE_HASH=1 npm test -- unit tests/house/wire'
        : 'This protocol version is not pinned yet: run UPDATE_WIRE_HASH=1 npm test -- unit tests/house/wire',
    ).toEqual(pinned);
  });

  it('has another hash as soon as one field differs', () => {
    const before = { messageSchema: z.object({ id: z.int() }) };
    const after = { messageSchema: z.object({ id: z.int().optional() }) };
    expect(hashOf([after])).not.toBe(hashOf([before]));
    expect(hashOf([{ messageSchema: z.object({ id: z.int() }) }])).toBe(hashOf([before]));
  });
});
