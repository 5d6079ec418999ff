/** The console in a browser: its built files under `/admin/`, and the way there from `/`. */
import { extname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiApp } from './api-app.ts';
import { answerNotFound } from './errors.ts';
import { pagePolicy } from './security-headers.ts';
import { sendRaw } from './send-raw.ts';

const HOME = '/admin/';
const PAGE = 'index.html';
const NOT_BUILT =
  'The console is not part of this build. Run "npm run build", then start again. The API is described at /api/docs.\n';
const config = { access: 'public', unlimited: true } as const;
const schema = { hide: true };

/** @param folder of the built console; null where it was not built: then a sentence tells so */
export async function registerConsoleFiles(app: ApiApp, folder: string | null): Promise<void> {
  for (const url of ['/', '/admin']) {
    app.get(url, { config, schema }, async (_request, reply) => reply.redirect(HOME));
  }
  if (folder === null) {
    app.get(`${HOME}*`, { config, schema }, async (_request, reply) =>
      sendRaw(reply.code(404), 'text/plain; charset=utf-8', NOT_BUILT),
    );
    return;
  }
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  app.get<{ Params: { '*': string } }>(`${HOME}*`, { config, schema }, async (request, reply) => {
    const path = request.params['*'];
    // Paths without an extension are the console's own routes: they all show the one page.
    return extname(path) === '' ? sendPage(reply) : sendFile(request, reply, path);
  });
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.header('content-security-policy', pagePolicy()).header('cache-control', 'no-cache').sendFile(PAGE);
}

function sendFile(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
  if (path.endsWith('.html')) return path === PAGE ? sendPage(reply) : answerMissing(request, reply);
  // The build puts a hash of its content into an asset's name.
  const isAsset = path.startsWith('assets/');
  return reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache').sendFile(path);
}

function answerMissing(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  answerNotFound(request, reply);
  return reply;
}
