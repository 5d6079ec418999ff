/** The portal in a browser: one page under `/portal/` and all of its paths, and its files. */
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply } from 'fastify';
import type { ApiApp } from './api-app.ts';
import { answerNotFound } from './errors.ts';
import { pagePolicy } from './security-headers.ts';
import { sendRaw } from './send-raw.ts';

const HOME = '/portal/';
const PAGE = 'portal.html';
const NOT_BUILT = 'The portal is not part of this build. Run "npm run build", then start again.\n';
const config = { access: 'public', unlimited: true } as const;
const schema = { hide: true };

/**
 * Call it after the console's files: both lie in one folder, which is registered there.
 *
 * @param folder of the built pages; null where they were not built: then a sentence tells so
 */
export async function registerPortalFiles(app: ApiApp, folder: string | null): Promise<void> {
  app.get('/portal', { config, schema }, async (_request, reply) => reply.redirect(HOME));
  if (folder === null) {
    app.get(`${HOME}*`, { config, schema }, async (_request, reply) =>
      sendRaw(reply.code(404), 'text/plain; charset=utf-8', NOT_BUILT),
    );
    return;
  }
  let page: string | null = null;
  const sendPage = (reply: FastifyReply) => {
    // Addresses of its files are made absolute: the page is shown under paths of any depth.
    page ??= readFileSync(join(folder, PAGE), 'utf8').replace(/(\s(?:src|href)=")\.\//g, `$1${HOME}`);
    reply.header('content-security-policy', pagePolicy()).header('cache-control', 'no-cache');
    return sendRaw(reply, 'text/html; charset=utf-8', page);
  };
  app.get<{ Params: { '*': string } }>(`${HOME}*`, { config, schema }, async (request, reply) => {
    const path = request.params['*'];
    // Only assets are files here: a ticket's number or an id in a path may hold a dot.
    if (!path.startsWith('assets/')) return extname(path) === '.html' ? missing() : sendPage(reply);
    return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(path);

    function missing(): FastifyReply {
      answerNotFound(request, reply);
      return reply;
    }
  });
}
