import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Sends a stream from a route whose response schema describes the text that arrives in the end. */
export function sendStream(reply: FastifyReply, stream: Readable): FastifyReply {
  return reply.send(stream);
}
