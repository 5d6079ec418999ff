/** Reads `/api/events`: what changed, as it happens. Tries again by itself and says how it stands. */
import type { LiveEvent } from '../../../gateway/contract/events.ts';

export type LiveState = 'connecting' | 'live' | 'lost';

export interface EventStreamOptions {
  /** The token to call with now; null while nobody is signed in. */
  token(): string | null;
  onEvent(event: LiveEvent): void;
  onState(state: LiveState): void;
  /** The gateway has said something, be it only that it is there. */
  onHeard(): void;
}

/** The gateway says something at least every two seconds; after twice as long the line counts as dead. */
const SILENCE_MS = 4_500;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** @returns ends it */
export function openEventStream({ token, onEvent, onState, onHeard }: EventStreamOptions): () => void {
  let ended = false;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let current: AbortController | null = null;

  const again = () => {
    if (ended) return;
    onState('lost');
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    failures++;
    // A little chance, so that many consoles do not come back at the same moment.
    retry = setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
  };

  const connect = async () => {
    const bearer = token();
    if (ended || bearer === null) return again();
    const abort = new AbortController();
    current = abort;
    let silence = setTimeout(() => abort.abort(), SILENCE_MS);
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE_MS);
      onHeard();
    };
    try {
      const response = await fetch('/api/events', {
        headers: { authorization: `Bearer ${bearer}`, accept: 'text/event-stream' },
        signal: abort.signal,
        cache: 'no-store',
      });
      if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
      await readEvents(response.body, heard, (event) => {
        if (event.kind === 'connected') {
          failures = 0;
          onState('live');
        }
        onEvent(event);
      });
    } catch {
      // Whatever it was, the answer is the same: try again.
    }
    clearTimeout(silence);
    again();
  };

  onState('connecting');
  void connect();
  return () => {
    ended = true;
    clearTimeout(retry);
    current?.abort();
  };
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
  onEvent: (event: LiveEvent) => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const pieces = (rest + value).split('\n\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      const data = piece
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice(6))
        .join('\n');
      if (data !== '') onEvent(JSON.parse(data) as LiveEvent);
    }
  }
}
