/** One request as it comes in: its record, and the sign that its client is gone. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { noUsage } from './chat-answer.ts';
import { isObject, type JsonObject } from './chat-ask.ts';
import type { RecordedCall, Recorder } from './recorder.ts';
import { wireOf } from './wires/index.ts';

/**
 * Records a request from its first byte.
 *
 * @returns `gone` resolves when the answer is complete or its connection closed, whoever did it
 */
export function createCall(
  recorder: Recorder,
  request: IncomingMessage,
  response: ServerResponse,
): { call: RecordedCall; gone: Promise<void> } {
  const url = request.url ?? '/';
  const at = url.indexOf('?');
  const gone = Promise.withResolvers<void>();
  const call: RecordedCall = {
    index: recorder.calls.length,
    method: request.method ?? '',
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? '' : url.slice(at),
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    bytes: Buffer.alloc(0),
    body: {},
    chat: null,
    state: 'reading',
    statusCode: null,
    bytesWritten: 0,
    pieces: [],
    contentChunks: 0,
    textWritten: '',
    wireUsage: null,
    counted: noUsage,
    over: gone.promise,
  };
  response.once('close', () => {
    if (call.state !== 'broken') call.state = response.writableFinished ? 'finished' : 'aborted';
    gone.resolve();
    recorder.changed();
  });
  response.on('error', () => response.destroy());
  recorder.add(call);
  return { call, gone: gone.promise };
}

/** Reads the body into the record. False: the client left before its end. */
export async function readBody(request: IncomingMessage, call: RecordedCall): Promise<boolean> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part);
  } catch {
    return false;
  } finally {
    call.bytes = Buffer.concat(parts);
  }
  call.body = parseObject(call.bytes.toString('utf8'));
  const ask = wireOf(call)?.readAsk(call.body, call) ?? null;
  call.chat = typeof ask === 'string' ? null : ask;
  call.state = 'answering';
  return true;
}

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
