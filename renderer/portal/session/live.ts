/** What changes, as it happens. Read with fetch, because the token goes into a header. */
import type { LiveEvent } from '../../../gateway/contract/events.ts';
import type { Client } from './client.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Listens until it is ended, and connects again after a break. After each connection `onEvent` is told `connected`: what
 * was missed meanwhile must be asked for.
 *
 * @returns a function that ends it
 */
export function listen(client: Client, onEvent: (event: LiveEvent) => void): () => void {
  const ending = new AbortController();
  void (async () => {
    let waitMs = FIRST_WAIT_MS;
    while (!ending.signal.aborted) {
      try {
        const answer = await client.open('/api/events', { signal: ending.signal });
        waitMs = FIRST_WAIT_MS;
        await read(answer, onEvent);
      } catch {
        // Offline or signed out; the latter ends the listening from outside.
      }
      if (ending.signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
    }
  })();
  return () => ending.abort();
}

async function read(answer: Response, onEvent: (event: LiveEvent) => void): Promise<void> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      if (part.startsWith('data: ')) onEvent(JSON.parse(part.slice(6)) as LiveEvent);
    }
  }
}
