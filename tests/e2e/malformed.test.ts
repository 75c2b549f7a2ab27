import { inspect } from 'node:util';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientErrorSchema } from '../../shared/errors.ts';
import { ipcTable } from '../../shared/ipc.ts';
import { z } from '../../shared/schema.ts';
import type { AppUnderTest } from '../harness/app.ts';
import { startRogueServer, type RogueServer } from '../harness/foreign-servers.ts';
import { malformedCall } from '../harness/malformed-inputs.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { waitFor } from '../harness/wait.ts';

const refusal = z.strictObject({ ok: z.literal(false), error: clientErrorSchema });

const NAMES_OF_NOTHING = [
  '',
  'no.such.call',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  7,
  null,
  {},
  [],
];

const WRONG_INPUTS: readonly unknown[] = [
  undefined,
  null,
  'text',
  17,
  [],
  { peerId: 'one' },
  { peerId: -1 },
  { peerId: 1.5, upToSeq: 1 },
  { unexpected: true },
  { clientMessageId: 'not-a-uuid', peerId: 1, content: 'x' },
  { clientMessageId: '01890000-0000-7000-8000-000000000000', peerId: 1, content: 'x'.repeat(100_001) },
  { server: {}, email: [], password: null },
  { ['__proto__']: { isAdmin: true }, peerId: Number.MAX_VALUE },
];

/** For each event that the server may emit: payloads that it must never emit. */
const GARBAGE: readonly (readonly [event: string, ...payload: unknown[]])[] = [
  ['hello'],
  ['hello', 'good morning'],
  ['hello', { serverId: 1, epoch: null, feedSeq: -4, serverTime: 'noon' }],
  ['feed'],
  ['feed', null],
  ['feed', [], {}, 3],
  ['feed', { epoch: 'x', feedSeq: 'y', event: { type: 'message.created' } }],
  [
    'feed',
    {
      epoch: '00000000-0000-4000-8000-000000000000',
      feedSeq: 1,
      event: { feedSeq: 1, type: 'message.created', message: { id: 'a', content: 5 } },
    },
  ],
  ['head', { epoch: '00000000-0000-4000-8000-000000000000', feedSeq: 1e300 }],
  ['head', { __proto__: null }],
  ['typing', { conversationId: 'all', userId: {}, isTyping: 'yes' }],
  ['typing', { conversationId: 999_999, userId: 999_999, isTyping: true }],
  ['session:ended', { reason: { toString: 'x' } }],
  ['no:such:event', { deep: [[[[[[{}]]]]]] }],
  ['feed', Buffer.from([0, 255, 254])],
];

describe('malformed input', () => {
  const parts = partsOfThisFile();
  let rogue: RogueServer;
  let app: AppUnderTest;

  beforeAll(async () => {
    rogue = parts.keep(await startRogueServer(), (server) => server.close());
    app = await parts.app();
    await app.signIn(rogue.url, rogue.trainer.email);
    await app.openThread(rogue.traineeName);
    await waitFor('the app’s socket', () => rogue.socketCount() === 1);
  });
  beforeEach(() => pictureOnFailure(app));

  it.each(NAMES_OF_NOTHING.map((name) => [JSON.stringify(name), name]))(
    'from the window: the call %s is refused with a typed error',
    async (_label, name) => {
      expect(refusal.parse(await app.call(name, {})).error.code).toBe('invalid_input');
    },
  );

  it.each(Object.keys(ipcTable))('from the window: %s refuses every malformed input', async (name) => {
    const call = Object.entries(ipcTable).find(([key]) => key === name)?.[1];
    for (const input of WRONG_INPUTS.filter((candidate) => !call?.input.safeParse(candidate).success)) {
      expect(refusal.parse(await app.call(name, input)).error.code).toBe('invalid_input');
    }
  });

  it('from the window: three hundred inputs that are wrong in one place each are refused (G10)', async () => {
    const random = seededRandom(7);
    for (let number = 0; number < 300; number += 1) {
      const { name, input } = malformedCall(random, true);
      const answer = refusal.safeParse(await app.call(name, input));
      if (!answer.success) expect.fail(`${name} took ${inspect(input)}`);
      expect(answer.data.error.code).toBe('invalid_input');
    }
  });

  it('from the window: unknown people and messages give typed errors', async () => {
    const clientMessageId = '01890000-0000-7000-8000-000000000000';
    for (const [name, input] of [
      ['outbox.retry', { clientMessageId }],
      ['outbox.discard', { clientMessageId }],
      ['outbox.enqueue', { clientMessageId, peerId: 404, content: 'Is anybody there?' }],
      ['messages.page', { peerId: 404, beforeSeq: null }],
    ] as const) {
      const answer = z.union([refusal, z.strictObject({ ok: z.literal(true), value: z.unknown() })]);
      expect(answer.safeParse(await app.call(name, input)).success).toBe(true);
    }
  });

  it.each(GARBAGE.map(([event, ...payload], index) => [index + 1, event, payload] as const))(
    'from the server: garbage %i as "%s" is survived',
    async (index, event, payload) => {
      rogue.emit(event, ...payload);
      await waitFor('a socket, the old one or a new one', () => rogue.socketCount() === 1, 20_000);
      rogue.deliver(`Still here ${index}`);
      await app.bubble(rogue.traineeName, `Still here ${index}`).waitFor({ timeout: 20_000 });
    },
  );

  it('leaves the window without an error and the person signed in', async () => {
    await eventually(() => app.page.getByRole('alert').allInnerTexts()).toEqual([]);
    expect(app.consoleErrors).toEqual([]);
    expect(app.output.all.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
  });
});
