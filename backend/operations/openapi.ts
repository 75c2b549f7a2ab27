import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { API_BASE } from '../../shared/wire/rest.ts';
import { PROTOCOL_VERSION } from '../../shared/wire/version.ts';

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
        securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
      security: [{ accessToken: [] }],
    },
    transform: jsonSchemaTransform,
  });
  app.get(`${API_BASE}/openapi.json`, { config: { access: 'open' }, schema: { hide: true } }, () =>
    Promise.resolve(app.swagger()),
  );
}
