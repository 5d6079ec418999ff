/** The console in a browser: its built files under `/admin/`, and the way there from `/`. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiApp } from './api-app.ts';
import { answerNotFound } from './errors.ts';
import { pagePolicy } from './security-headers.ts';
import { sendRaw } from './send-raw.ts';

const HOME = '/admin/';
const PAGE = 'index.html';
/** Stands in the page where its scripts look for the nonce of the style elements that they make. */
const NONCE_PLACE = 'STYLE-NONCE';
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
    return extname(path) === '' ? sendPage(reply, folder) : sendFile(request, reply, folder, path);
  });
}

async function sendPage(reply: FastifyReply, folder: string): Promise<FastifyReply> {
  const nonce = randomBytes(16).toString('base64');
  const page = await readFile(join(folder, PAGE), 'utf8');
  reply.header('content-security-policy', pagePolicy(undefined, nonce)).header('cache-control', 'no-cache');
  return sendRaw(reply, 'text/html; charset=utf-8', page.replace(NONCE_PLACE, nonce));
}

function sendFile(request: FastifyRequest, reply: FastifyReply, folder: string, path: string) {
  if (path.endsWith('.html')) return path === PAGE ? sendPage(reply, folder) : answerMissing(request, reply);
  // The build puts a hash of its content into an asset's name.
  const isAsset = path.startsWith('assets/');
  return reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache').sendFile(path);
}

function answerMissing(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  answerNotFound(request, reply);
  return reply;
}
