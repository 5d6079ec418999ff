/** Exact token counts, from a thread that is started on first need. */
import { Worker } from 'node:worker_threads';
import type { CountReply, CountRequest, Encoding } from './tokenizer-worker.ts';

export type { Encoding } from './tokenizer-worker.ts';

export interface Tokenizer {
  /**
   * Tokens of all texts together. No text has more tokens than UTF-8 bytes: that bound is the answer when the
   * thread cannot be had.
   */
  count(encoding: Encoding, texts: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

/** @param onError told when the thread failed */
export function createTokenizer(onError: (error: unknown) => void): Tokenizer {
  let worker: Worker | null = null;
  let nextId = 1;
  const waiting = new Map<number, (tokens: number | null) => void>();

  const fail = (error: unknown) => {
    worker = null;
    onError(error);
    for (const answer of waiting.values()) answer(null);
    waiting.clear();
  };
  const start = (): Worker => {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const started = new Worker(new URL(`./tokenizer-worker.${extension}`, import.meta.url));
    started.unref();
    started.on('message', ({ id, tokens }: CountReply) => {
      waiting.get(id)?.(tokens);
      waiting.delete(id);
    });
    started.on('error', fail);
    return started;
  };

  return {
    async count(encoding, texts) {
      if (texts.length === 0) return 0;
      worker ??= start();
      const current = worker;
      const id = nextId++;
      const tokens = await new Promise<number | null>((resolve) => {
        waiting.set(id, resolve);
        current.postMessage({ id, encoding, texts } satisfies CountRequest);
      });
      return tokens ?? texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    },
    async close() {
      await worker?.terminate();
      worker = null;
      for (const answer of waiting.values()) answer(null);
      waiting.clear();
    },
  };
}
