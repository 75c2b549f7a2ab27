import { z } from '../../shared/schema.ts';
import { errorBodySchema } from '../../shared/wire/rest.ts';

const jsonSchema = z.record(z.string(), z.unknown());

const parameterSchema = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['query', 'path', 'header']),
  required: z.boolean().optional(),
  schema: jsonSchema,
});

const contentSchema = z.record(z.string(), z.strictObject({ schema: jsonSchema }));

const operationSchema = z.strictObject({
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(parameterSchema).optional(),
  requestBody: z.strictObject({ required: z.literal(true), content: contentSchema }).optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.strictObject({ description: z.string().min(1), content: contentSchema.optional() }),
  ),
});

/** What of OpenAPI 3.1 the service uses; strict, so that a field that the standard does not know is found. */
export const documentSchema = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({ title: z.string(), description: z.string(), version: z.string() }),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.strictObject({
        type: z.literal('http'),
        scheme: z.literal('bearer'),
        bearerFormat: z.literal('JWT').optional(),
      }),
    ),
    schemas: z.strictObject({}),
  }),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operationSchema),
  ),
});

/** The service's own description of its interface. */
export type ApiDocument = z.infer<typeof documentSchema>;
type Operation = z.infer<typeof operationSchema>;

/** What is held against the description. */
export interface ObservedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Route {
  readonly path: string;
  readonly pattern: RegExp;
  readonly item: ApiDocument['paths'][string];
}

function patternOf(path: string): RegExp {
  const segments = path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '[^/]*' : segment.replaceAll('.', '[.]')));
  return new RegExp(`^${segments.join('/')}$`);
}

/** The description, as something that real answers can be held against. */
export class DescribedApi {
  readonly #routes: readonly Route[];
  readonly #bodies = new Map<string, z.ZodType>();

  constructor(document: ApiDocument) {
    this.#routes = Object.entries(document.paths)
      .map(([path, item]) => ({ path, pattern: patternOf(path), item }))
      // A path without placeholders goes before one that fits as well.
      .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length);
  }

  #find(method: string, target: string): { path: string; operation: Operation } | undefined {
    const path = target.split('?')[0] ?? '';
    const route = this.#routes.find(({ pattern }) => pattern.test(path));
    const operation = Object.entries(route?.item ?? {}).find(
      ([name]) => name === (method === 'HEAD' ? 'get' : method.toLowerCase()),
    )?.[1];
    return route && operation && { path: route.path, operation };
  }

  /** Every schema of the description, compiled; one that is no JSON Schema throws. */
  compileAll(): number {
    const schemas = this.#routes.flatMap(({ item }) =>
      Object.values(item).flatMap((operation) => [
        ...(operation.parameters ?? []).map(({ schema }) => schema),
        ...[operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
          Object.values(part?.content ?? {}).map(({ schema }) => schema),
        ),
      ]),
    );
    return schemas.map((schema) => z.fromJSONSchema(schema)).length;
  }

  #bodyOf(key: string, schema: Record<string, unknown>): z.ZodType {
    const known = this.#bodies.get(key);
    if (known) return known;
    const body = z.fromJSONSchema(schema);
    this.#bodies.set(key, body);
    return body;
  }

  /** Throws when the service may not answer like this by its own description. */
  check(method: string, target: string, answer: ObservedAnswer): void {
    const found = this.#find(method, target);
    if (!found) {
      const { error } = errorBodySchema.parse(JSON.parse(answer.text));
      if (answer.status === 404 && error.code === 'not_found') return;
      throw new Error(`${method} ${target} is not described and was answered with ${answer.status}.`);
    }
    const name = `${method} ${found.path} ${answer.status}`;
    const response = found.operation.responses[answer.status];
    if (!response) throw new Error(`The description does not know ${name}: ${answer.text}`);
    if ([429, 503].includes(answer.status) && !/^\d+$/.test(answer.headers.get('retry-after') ?? '')) {
      throw new Error(`${name} does not say when to come back.`);
    }
    if (method === 'HEAD') return;
    const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
    if (!content || type === undefined) {
      if (answer.text === '') return;
      throw new Error(`${name} is described without a body.`);
    }
    if (answer.headers.get('content-type')?.split(';')[0] !== type)
      throw new Error(`${name} is not ${type}, as described.`);
    if (type !== 'application/json') return;
    const parsed = this.#bodyOf(name, content.schema).safeParse(JSON.parse(answer.text));
    if (!parsed.success)
      throw new Error(`${name} is not as described: ${z.prettifyError(parsed.error)}\n${answer.text}`);
  }
}
