/** The reference of the API at `/api/docs`: one page that loads nothing from elsewhere. */
import { randomBytes } from 'node:crypto';
import Fastify from 'fastify';
import { schemaController } from '../ops/schema-controller.ts';
import type { ApiApp } from './api-app.ts';
import { pagePolicy } from './security-headers.ts';
import { sendRaw } from './send-raw.ts';

const DOCUMENT = '/api/openapi.json';
const SCRIPT = '/api/docs/reference.js';
/** Stands in the page for the nonce, which is another each time. */
const NONCE = 'nonce-of-this-response';

interface Reference {
  readonly html: string;
  readonly script: string;
}

/** Registers the page. Its library takes time and tens of megabytes, so it is loaded for the first reader. */
export function registerReferencePage(app: ApiApp): void {
  let loading: Promise<Reference> | null = null;
  const config = { access: 'public' } as const;
  const schema = { hide: true };
  const reference = () => {
    loading ??= loadReference().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };

  app.get('/api/docs', { config, schema }, async (_request, reply) => {
    const { html } = await reference();
    const nonce = randomBytes(16).toString('base64');
    reply.header('content-security-policy', pagePolicy(nonce));
    return sendRaw(reply, 'text/html; charset=utf-8', html.replaceAll(NONCE, nonce));
  });

  app.get(SCRIPT, { config, schema }, async (_request, reply) => {
    const { script } = await reference();
    reply.header('cache-control', 'private, max-age=3600');
    return sendRaw(reply, 'text/javascript; charset=utf-8', script);
  });
}

/** The library only comes as a plugin of a server: a small one of its own renders the page, and is asked for it once. */
async function loadReference(): Promise<Reference> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const server = Fastify({ schemaController });
  await server.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: DOCUMENT,
      cdn: SCRIPT,
      nonce: NONCE,
      pageTitle: 'IA Solaris API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  const page = await server.inject('/docs/');
  const script = await server.inject('/docs/js/scalar.js');
  await server.close();
  return { html: page.body, script: script.body };
}
