/** One answer on its way: passes the points, where tests wait, put bytes in or break it. */
import type { ServerResponse } from 'node:http';
import { createBodyEncoder } from './body-encoding.ts';
import { waitFor } from './gate.ts';
import type { Knobs, Point } from './knobs.ts';
import { createOutbox } from './outbox.ts';
import type { RecordedCall } from './recorder.ts';

/** Thrown to leave an answer that is over: the client is gone or a fault has ended it. */
export class AnswerOver extends Error {
  override readonly name = 'AnswerOver';
}

export interface Exchange {
  /** Sends status and headers; the body follows. */
  head(status: number, headers: Record<string, string | string[]>): void;
  /** Passes a point. Throws `AnswerOver` when the answer does not go on. */
  at(point: Point): Promise<void>;
  /** Sends a piece; with something to do inside piece k, in two halves. */
  send(bytes: string | Buffer, piece: number | null): Promise<void>;
  /** Sends what is left and ends the answer. */
  end(): Promise<void>;
}

export function createExchange(
  response: ServerResponse,
  call: RecordedCall,
  knobs: Knobs,
  gone: Promise<void>,
): Exchange {
  const encoder = createBodyEncoder(knobs.encoding ?? 'identity');
  const outbox = createOutbox(response, encoder, knobs, gone, (bytes) => {
    call.bytesWritten += bytes;
  });
  const add = (bytes: string | Buffer): Promise<void> => {
    call.pieces.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    return outbox.add(bytes);
  };
  const checkOpen = () => {
    if (response.destroyed) throw new AnswerOver();
  };
  const isWatched = (point: Point) =>
    knobs.wait?.[point] !== undefined ||
    knobs.fault?.at === point ||
    (knobs.insert ?? []).some((insert) => insert.at === point);

  const end = async (): Promise<void> => {
    await outbox.finish();
    checkOpen();
    response.end();
  };
  const fail = async (how: NonNullable<Knobs['fault']>['how']): Promise<never> => {
    if (how === 'hang') await gone;
    call.state = call.state === 'aborted' ? 'aborted' : 'broken';
    if (how === 'stop') await end();
    else if (how === 'reset') response.socket?.resetAndDestroy();
    else if (how === 'close') response.socket?.destroySoon();
    else if (how === 'garbage') response.socket?.end('HTTP/9.9 what is this\r\nzz\r\n\r\n');
    throw new AnswerOver();
  };
  const at = async (point: Point): Promise<void> => {
    checkOpen();
    const byChunk = point.startsWith('chunk:') ? knobs.wait?.chunk : undefined;
    if (!isWatched(point) && byChunk === undefined) return;
    for (const insert of knobs.insert ?? []) if (insert.at === point) await add(insert.raw);
    const wait = knobs.wait?.[point] ?? byChunk;
    if (wait !== undefined || knobs.fault?.at === point) await outbox.flush();
    await waitFor(wait, gone);
    checkOpen();
    if (knobs.fault?.at === point) await fail(knobs.fault.how);
  };
  return {
    head(status, headers) {
      call.statusCode = status;
      const coding = encoder.header === null ? {} : { 'content-encoding': encoder.header };
      response.writeHead(status, { ...headers, ...coding });
      response.flushHeaders();
    },
    at,
    async send(bytes, piece) {
      checkOpen();
      const inside: Point = `inside:${piece ?? 0}`;
      if (piece === null || !isWatched(inside)) {
        await add(bytes);
        return checkOpen();
      }
      const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      const half = knobs.inside ?? Math.ceil(all.length / 2);
      await add(all.subarray(0, half));
      await at(inside);
      await add(all.subarray(half));
      checkOpen();
    },
    end,
  };
}
