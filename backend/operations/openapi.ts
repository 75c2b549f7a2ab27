import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from '../../shared/schema.ts';
import { API_BASE } from '../../shared/wire/rest.ts';
import { PROTOCOL_VERSION } from '../../shared/wire/version.ts';
import { refusals } from './route-schemas.ts';

const documentSchema = z.looseObject({ openapi: z.string() }).describe('This description');

/** What every route that reads a body may answer besides what it names itself. */
const BODY_REFUSALS = [400, 413, 415] as const;

const describeRoute: typeof jsonSchemaTransform = (input) => {
  const { schema, route } = input;
  if (route.method === 'GET') return jsonSchemaTransform(input);
  const response = { ...refusals(...BODY_REFUSALS), ...responsesOf(schema) };
  return jsonSchemaTransform({ ...input, schema: { ...schema, response } });
};

function responsesOf(schema: FastifySchema): Record<string, unknown> {
  return typeof schema.response === 'object' && schema.response !== null ? { ...schema.response } : {};
}

/** Collects the routes registered from now on and describes them under `/api/openapi.json`. */
export async function installOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Trainer Inbox messaging',
        description: 'One-to-one messages between trainers and their trainees.',
        version: String(PROTOCOL_VERSION),
      },
      components: {
        securitySchemes: {
          accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          metricsToken: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ accessToken: [] }],
    },
    transform: describeRoute,
  });
  app.get(
    `${API_BASE}/openapi.json`,
    { config: { access: 'open' }, schema: { security: [], response: { 200: documentSchema } } },
    () => Promise.resolve(app.swagger()),
  );
}
