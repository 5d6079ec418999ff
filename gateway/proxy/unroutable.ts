/** Metered URLs that no router can read, such as broken percent-encoding: refused like what they were meant for. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendUnmetered } from './client-reply.ts';
import { DIALECTS } from './dialects/index.ts';
import { openAiErrorBody } from './dialects/openai-error.ts';

/** Answers in the error shape of the provider whose path it begins like, and in OpenAI's where there is none. */
export function refuseUnroutable(request: FastifyRequest, reply: FastifyReply, requestId: string): void {
  const { url } = request;
  const isOf = (path: string) => request.method === 'POST' && path.includes(':') && url.startsWith(fixedPart(path));
  const { errorBody } = DIALECTS.find(({ paths }) => paths.some(isOf)) ?? { errorBody: openAiErrorBody };
  const message = 'The path of the request cannot be read. Check its percent-encoding.';
  sendUnmetered(reply, errorBody, { statusCode: 400, code: 'invalid_request', message }, requestId);
}

function fixedPart(path: string): string {
  return path.slice(0, path.indexOf(':'));
}
