/** Exact token counts, from a thread that is started on first need. */
import { Worker } from 'node:worker_threads';
import type { CountReply, CountRequest, DropRequest, Encoding } from './tokenizer-worker.ts';

export type { Encoding } from './tokenizer-worker.ts';

export interface CountOptions {
  /** There is no need to count further than this: the answer is then some larger number. */
  readonly most?: number;
  /** It goes before others: what waits for it is paid already, or keeps a hold. */
  readonly isUrgent?: boolean;
  /** Aborted when nobody waits for the count any more: the answer is then any number. */
  readonly signal?: AbortSignal;
}

export interface Tokenizer {
  /**
   * Tokens of all texts together. No text has more tokens than UTF-8 bytes: that bound is the answer when the
   * thread cannot be had.
   */
  count(encoding: Encoding, texts: readonly string[], options?: CountOptions): Promise<number>;
  close(): Promise<void>;
}

/** No token of either encoding has more bytes. */
const LONGEST_TOKEN = 128;

/** @param onError told when the thread failed */
export function createTokenizer(onError: (error: unknown) => void): Tokenizer {
  let worker: Worker | null = null;
  let nextId = 1;
  const waiting = new Map<number, (tokens: number | null) => void>();

  const answer = (id: number, tokens: number | null) => {
    waiting.get(id)?.(tokens);
    waiting.delete(id);
  };
  const fail = (error: unknown) => {
    worker = null;
    onError(error);
    for (const id of [...waiting.keys()]) answer(id, null);
  };
  const start = (): Worker => {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const started = new Worker(new URL(`./tokenizer-worker.${extension}`, import.meta.url));
    started.unref();
    started.on('message', ({ id, tokens }: CountReply) => answer(id, tokens));
    started.on('error', fail);
    return started;
  };

  return {
    async count(encoding, texts, { most = Infinity, isUrgent = false, signal } = {}) {
      if (texts.length === 0) return 0;
      const least = most === Infinity ? 0 : Math.ceil(bytesOf(texts) / LONGEST_TOKEN);
      if (least > most) return least;
      worker ??= start();
      const current = worker;
      const id = nextId++;
      const drop = () => {
        current.postMessage({ drop: id } satisfies DropRequest);
        answer(id, null);
      };
      const tokens = await new Promise<number | null>((resolve) => {
        waiting.set(id, resolve);
        current.postMessage({ id, encoding, texts, most, isUrgent } satisfies CountRequest);
        signal?.addEventListener('abort', drop, { once: true });
      });
      signal?.removeEventListener('abort', drop);
      return tokens ?? bytesOf(texts);
    },
    async close() {
      await worker?.terminate();
      worker = null;
      for (const id of [...waiting.keys()]) answer(id, null);
    },
  };
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
