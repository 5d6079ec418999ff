/** A thread that counts tokens, so that long prompts do not hold up streams. */
import { parentPort } from 'node:worker_threads';

export type Encoding = 'o200k_base' | 'cl100k_base';

export interface CountRequest {
  id: number;
  encoding: Encoding;
  texts: readonly string[];
}

export interface CountReply {
  id: number;
  tokens: number;
}

type CountTokens = (text: string, options: { disallowedSpecial: Set<string> }) => number;

const LOADERS: Record<Encoding, () => Promise<{ countTokens: unknown }>> = {
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
};
/**
 * The tokenizer's time grows with the square of a run of one kind, so a hostile prompt could stop everybody's counts.
 * Texts are cut after every 1,000 characters without a space, or of nothing else; a cut adds a token or two.
 */
const LONG_RUN = /\S{1000}|\s{1000}/gu;
/** Text that looks like a special token is counted as the text that it is. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

const port = parentPort;
if (!port) throw new Error('tokenizer-worker runs as a worker thread only');

port.on('message', async ({ id, encoding, texts }: CountRequest) => {
  const { countTokens } = (await LOADERS[encoding]()) as { countTokens: CountTokens };
  let tokens = 0;
  for (const text of texts) for (const piece of pieces(text)) tokens += countTokens(piece, AS_TEXT);
  port.postMessage({ id, tokens } satisfies CountReply);
});

function* pieces(text: string): Generator<string> {
  let from = 0;
  for (const run of text.matchAll(LONG_RUN)) {
    const end = run.index + run[0].length;
    yield text.slice(from, end);
    from = end;
  }
  yield text.slice(from);
}
