/** How Fastify checks and writes by zod. Where none is named, it loads Ajv and its own serializer before any route is known. */
import type { FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

type SchemaController = NonNullable<FastifyServerOptions['schemaController']>;

// Fastify's types expect Ajv's options, which nobody passes here.
export const schemaController = {
  compilersFactory: { buildValidator: () => validatorCompiler, buildSerializer: () => serializerCompiler },
} as unknown as SchemaController;
