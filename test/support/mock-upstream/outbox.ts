/** Turns the text of an answer into the writes that reach the socket, coded and cut as the knobs say. */
import type { ServerResponse } from 'node:http';
import type { BodyEncoder } from './body-encoding.ts';
import { waitFor } from './gate.ts';
import type { Knobs } from './knobs.ts';

export interface Outbox {
  /** Adds one event or piece; resolves once its bytes are written, or kept back to be joined with the next ones. */
  add(bytes: string | Buffer): Promise<void>;
  /** Writes what is kept back. */
  flush(): Promise<void>;
  /** Writes everything and ends the coding, not the response. */
  finish(): Promise<void>;
}

/**
 * @param gone resolves when the client's connection is closed; then nothing more is written
 * @param onWritten is told each number of bytes that the system has taken
 */
export function createOutbox(
  response: ServerResponse,
  encoder: BodyEncoder,
  knobs: Pick<Knobs, 'writes' | 'wait'>,
  gone: Promise<void>,
  onWritten: (bytes: number) => void,
): Outbox {
  const policy = knobs.writes ?? 'event';
  const together = policy === 'whole' ? Infinity : typeof policy === 'object' && 'events' in policy ? policy.events : 1;
  let kept: Buffer[] = [];

  const write = async (bytes: Buffer): Promise<void> => {
    await waitFor(knobs.wait?.write, gone);
    if (response.destroyed || response.writableEnded) return;
    const taken = new Promise<void>((resolve) => {
      response.write(bytes, (error) => {
        if (!error) onWritten(bytes.length);
        resolve();
      });
    });
    await Promise.race([taken, gone]);
  };
  const writeCut = async (bytes: Buffer): Promise<void> => {
    const size = policy === 'byte' ? 1 : typeof policy === 'object' && 'bytes' in policy ? policy.bytes : bytes.length;
    for (let at = 0; at < bytes.length; at += size) await write(bytes.subarray(at, at + size));
  };
  const flush = async (): Promise<void> => {
    if (kept.length === 0) return;
    const joined = Buffer.concat(kept);
    kept = [];
    await writeCut(await encoder.push(joined));
  };
  return {
    async add(bytes) {
      kept.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      if (kept.length >= together) await flush();
    },
    flush,
    async finish() {
      await flush();
      await writeCut(await encoder.finish());
    },
  };
}
