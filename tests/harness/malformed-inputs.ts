/** Inputs of IPC calls that are wrong in one place each, made from the calls' own schemas. */
import { ipcTable } from '../../shared/ipc.ts';
import { z } from '../../shared/schema.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A call by name with an input that it must refuse. */
export interface MalformedCall {
  readonly name: string;
  readonly input: unknown;
}

/** As much of JSON Schema as the table needs. */
interface Shape {
  readonly type?: string | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly anyOf?: readonly Shape[] | undefined;
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly items?: Shape | undefined;
  readonly format?: string | undefined;
  readonly pattern?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly minimum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly maximum?: number | undefined;
}

const shapeSchema: z.ZodType<Shape> = z.looseObject({
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  maxLength: z.number().optional(),
  maxItems: z.number().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  get anyOf() {
    return z.array(shapeSchema).optional();
  },
  get properties() {
    return z.record(z.string(), shapeSchema).optional();
  },
  get items() {
    return shapeSchema.optional();
  },
});

const UUID = '0198c0de-0000-7000-8000-0123456789ab';
const UUID_PATTERN = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/** Values that survive the way from the window; whatever is right in one place is wrong in another. */
const HOSTILE: readonly unknown[] = [
  ...[
    undefined,
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '',
    '1',
  ],
  ...[
    'x'.repeat(100_001),
    '__proto__',
    '<img src=x>',
    '../../etc/passwd',
    UUID.slice(1),
    `${UUID}\n`,
    '\u0000',
  ],
  ...[
    [],
    [1],
    [[]],
    {},
    { length: 1 },
    { toString: 'x' },
    { peerId: 1 },
    new Date(0),
    new Map([['a', 1]]),
    10n,
  ],
  ...[new Uint8Array(4), /x/, new Error('x')],
];

const shapes: readonly (readonly [name: string, shape: Shape])[] = Object.entries(ipcTable).map(
  ([name, { input }]) => [
    name,
    shapeSchema.parse(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })),
  ],
);

/** Something that fits. */
function sampleOf(shape: Shape): unknown {
  if (shape.anyOf) return sampleOf(shape.anyOf.find(({ type }) => type !== 'null') ?? {});
  if (shape.const !== undefined) return shape.const;
  if (shape.enum) return shape.enum[0];
  if (shape.format === 'uuid') return UUID;
  if (shape.type === 'array') return [sampleOf(shape.items ?? {})];
  if (shape.type === 'object') {
    const entries = Object.entries(shape.properties ?? {});
    return Object.fromEntries(entries.map(([key, property]) => [key, sampleOf(property)]));
  }
  return { integer: 1, number: 1, boolean: true, string: 'a', null: null }[shape.type ?? 'null'];
}

/** Whether a value fits, by reading the shape alone: the answer must not come from what is tested. */
function fits(shape: Shape, value: unknown): boolean {
  if (shape.anyOf) return shape.anyOf.some((one) => fits(one, value));
  if (shape.const !== undefined) return value === shape.const;
  if (shape.enum) return shape.enum.includes(value);
  switch (shape.type) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return (
        Number.isSafeInteger(value) &&
        Number(value) >= (shape.minimum ?? (shape.exclusiveMinimum ?? -1) + 1) &&
        Number(value) <= (shape.maximum ?? Number.MAX_SAFE_INTEGER)
      );
    case 'string':
      return (
        typeof value === 'string' &&
        value.length <= (shape.maxLength ?? Number.POSITIVE_INFINITY) &&
        (shape.format !== 'uuid' || UUID_PATTERN.test(value)) &&
        (shape.pattern === undefined || new RegExp(shape.pattern, 'i').test(value))
      );
    case 'array':
      return (
        Array.isArray(value) &&
        value.length <= (shape.maxItems ?? Number.POSITIVE_INFINITY) &&
        value.every((each) => fits(shape.items ?? {}, each))
      );
    default: {
      const properties = shape.properties ?? {};
      return (
        typeof value === 'object' &&
        value !== null &&
        // A class counts for nothing: the handler gets a fresh object with the declared keys.
        !Array.isArray(value) &&
        Object.keys(value).every((key) => Object.hasOwn(properties, key)) &&
        Object.entries(properties).every(([key, property]) => fits(property, Reflect.get(value, key)))
      );
    }
  }
}

/** The value with one place of it made wrong. */
function spoil(shape: Shape, value: unknown, random: SeededRandom, pool: readonly unknown[]): unknown {
  const isDeep = random.next() < 0.75;
  if (isDeep && Array.isArray(value)) return [spoil(shape.items ?? {}, value[0], random, pool)];
  const inner = shape.anyOf?.find(({ type }) => type === 'object');
  if (isDeep && inner) return spoil(inner, value, random, pool);
  if (isDeep && shape.type === 'object' && typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    const way =
      keys.length === 0 ? 'more' : random.pick(['inside', 'inside', 'inside', 'less', 'more'] as const);
    if (way === 'more') {
      const key = random.pick(['extra', 'constructor', 'toString', 'peerid', '0', ' peerId']);
      return { ...value, [key]: pool[random.below(pool.length)] };
    }
    const key = random.pick(keys);
    if (way === 'less') return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    const property = shape.properties?.[key] ?? {};
    return { ...value, [key]: spoil(property, Reflect.get(value, key), random, pool) };
  }
  // `undefined` is one of them, which `pick` takes for nothing.
  const wrong = pool.filter((candidate) => !fits(shape, candidate));
  return wrong[random.below(wrong.length)];
}

/** The next wrong call; `isPlain` keeps to what Playwright can carry into a page. */
export function malformedCall(random: SeededRandom, isPlain = false): MalformedCall {
  const [name, shape] = random.pick(shapes);
  const pool = isPlain
    ? HOSTILE.filter((value) => typeof value !== 'bigint' && !(value instanceof Map))
    : HOSTILE;
  const input = spoil(shape, sampleOf(shape), random, pool);
  if (fits(shape, input)) throw new Error(`This input of ${name} is right: ${JSON.stringify(input)}`);
  return { name, input };
}

/** A right input of each call, from which the wrong ones are made. */
export function wellFormedCalls(): readonly MalformedCall[] {
  return shapes.map(([name, shape]) => ({ name, input: sampleOf(shape) }));
}
