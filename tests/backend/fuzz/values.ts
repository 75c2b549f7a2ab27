import { randomUUID } from 'node:crypto';
import type { SeededRandom } from '../../harness/seeded-random.ts';

/** Real ids and tokens, so that fuzzed input also gets past the first checks. */
export interface Ammunition {
  readonly accessTokens: readonly string[];
  readonly refreshToken: string;
  readonly ids: readonly number[];
  readonly epoch: string;
}

const STRANGE_TEXTS = [
  '',
  ' ',
  '\0',
  '\u200b\u2060',
  '\ud800',
  'e\u0301'.repeat(300),
  '👩‍👩‍👧‍👦',
  '\u202eabc',
  "'; drop table messages; --",
  '../../etc/passwd',
  '%00%ff%2e%2e',
  '<script>alert(1)</script>',
  '${7*7}{{7*7}}',
  'x'.repeat(2_001),
  '😀'.repeat(2_000),
  '__proto__',
  'constructor',
  'NaN',
  '-0',
  '1e999',
  '2026-02-30T25:61:61.000Z',
];
const STRANGE_NUMBERS = [0, -0, -1, 1.5, 1e21, 2 ** 53, -(2 ** 63), 4_294_967_296, Number.MIN_VALUE];
const FIELDS = [
  'email',
  'password',
  'refreshToken',
  'current',
  'next',
  'userId',
  'traineeId',
  'clientMessageId',
  'content',
  'upToSeq',
  'token',
  'platform',
  'conversationId',
  'isTyping',
  '__proto__',
  'toString',
];

/** A text of any kind. */
export function anyText(random: SeededRandom): string {
  if (random.below(2) === 0) return random.pick(STRANGE_TEXTS);
  return Array.from({ length: random.below(20) }, () =>
    String.fromCodePoint(random.below(random.pick([128, 0xd800, 0x10ffff]))),
  ).join('');
}

/** A value that some field of some request would take, or one that none would. */
function fieldValue(random: SeededRandom, { ids, refreshToken }: Ammunition): unknown {
  return random.pick<() => unknown>([
    () => random.pick(ids),
    () => randomUUID(),
    () => refreshToken,
    () => random.pick(STRANGE_NUMBERS),
    () => random.pick([true, false, null, 'ios', 'android', 'nobody@demo.test']),
    () => anyText(random),
    () => 'An ordinary text',
  ])();
}

/** What some request takes, with now and then another value in one field. */
function almostRight(random: SeededRandom, ammunition: Ammunition): unknown {
  const draft = { clientMessageId: randomUUID(), content: 'An ordinary text' };
  const id = () => random.pick(ammunition.ids);
  const right = random.pick<() => Readonly<Record<string, unknown>>>([
    () => draft,
    () => draft,
    () => ({ ...draft, traineeId: id() }),
    () => ({ ...draft, traineeId: id() }),
    () => ({ upToSeq: random.below(500) }),
    () => ({ userId: id() }),
    () => ({ refreshToken: ammunition.refreshToken }),
    () => ({ token: `device-${random.below(1_000)}`, platform: 'ios' }),
    () => ({ conversationId: id(), isTyping: true }),
    () => ({ conversationId: null }),
    () => ({ token: random.pick(ammunition.accessTokens) }),
  ])();
  if (random.below(2) === 0) return right;
  return { ...right, [random.pick(Object.keys(right))]: fieldValue(random, ammunition) };
}

/** JSON of any shape, often close to what a request has. */
function anyJson(random: SeededRandom, ammunition: Ammunition, depth = 0): unknown {
  const kind = random.below(depth > 3 ? 2 : 6);
  if (kind === 0) return fieldValue(random, ammunition);
  if (kind === 1) return random.pick([null, [], {}, anyText(random), random.pick(STRANGE_NUMBERS)]);
  if (kind === 2) {
    return Array.from({ length: random.below(4) }, () => anyJson(random, ammunition, depth + 1));
  }
  const names = Array.from({ length: 1 + random.below(5) }, () => random.pick(FIELDS));
  return Object.fromEntries(
    names.map((name) => [
      name,
      random.below(3) === 0 ? anyJson(random, ammunition, depth + 1) : fieldValue(random, ammunition),
    ]),
  );
}

/** The same as text, now and then broken, endless or so deep that a careless reader overflows. */
export function anyJsonText(random: SeededRandom, ammunition: Ammunition): string {
  const levels = 7_000;
  if (random.below(2) === 0) return JSON.stringify(almostRight(random, ammunition));
  const text = JSON.stringify(anyJson(random, ammunition));
  return random.pick<() => string>([
    () => text,
    () => text,
    () => text,
    () => text.slice(0, random.below(text.length + 1)),
    () => text + text,
    () => `${'['.repeat(levels)}${']'.repeat(levels)}`,
    () => `${'{"a":'.repeat(levels / 4)}1${'}'.repeat(levels / 4)}`,
    () => `{"content":"${'\\u0000'.repeat(100)}"}`,
    () => `{"upToSeq":${'9'.repeat(500)}}`,
    () => `"${'x'.repeat(20_000)}"`,
    () => anyText(random),
  ])();
}

/** Changes, takes away and adds a few bytes. */
export function spoilBytes(random: SeededRandom, bytes: Buffer): Buffer {
  let spoilt = Buffer.from(bytes);
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) {
    const at = random.below(spoilt.length + 1);
    const noise = Buffer.from(Array.from({ length: random.below(4) }, () => random.below(256)));
    spoilt = Buffer.concat([spoilt.subarray(0, at), noise, spoilt.subarray(at + random.below(3))]);
  }
  return spoilt;
}
