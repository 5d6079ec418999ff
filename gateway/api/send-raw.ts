import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Sends a text or a stream as it is, past the serializer that makes JSON of what the response schema lists. */
export function sendRaw(reply: FastifyReply, contentType: string, body: string | Readable): FastifyReply {
  return reply
    .header('content-type', contentType)
    .serializer((text) => String(text))
    .send(body);
}
