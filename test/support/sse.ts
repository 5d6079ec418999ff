/**
 * Reading answers as a strict client does: event streams by the book (WHATWG), and chat completions put together again.
 * Independent of the gateway's own parser on purpose.
 */

export interface SseEvent {
  /** Joined `data` lines. */
  data: string;
  event: string | null;
  id: string | null;
}

/** Splits a whole event stream into its events; an unfinished last event is dropped, as the standard says. */
export function parseSse(text: string): SseEvent[] {
  const events: SseEvent[] = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  lines.pop();
  let data: string[] = [];
  let event: string | null = null;
  let id: string | null = null;
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) events.push({ data: data.join('\n'), event, id });
      data = [];
      event = null;
    }
    const colon = line.indexOf(':');
    if (line === '' || colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id') id = value;
  }
  return events;
}

/** Events of a response as they arrive. Rejects when the stream breaks. */
export async function* sseEvents(response: Response): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let kept = '';
  for await (const bytes of response.body ?? []) {
    kept += decoder.decode(bytes, { stream: true });
    const end = lastEventEnd(kept);
    yield* parseSse(kept.slice(0, end));
    kept = kept.slice(end);
  }
  yield* parseSse(kept + decoder.decode());
}

interface ChatEvent {
  choices?: { index: number; delta?: ChatDelta; message?: ChatDelta; finish_reason?: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null;
  error?: { message: string; type?: string; code?: string | null };
}

interface ChatDelta {
  content?: string | null;
  reasoning_content?: string;
  tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: string } }[];
}

export interface ChatRead {
  /** Text of each choice, by index. */
  texts: string[];
  /** Text of the first choice. */
  text: string;
  reasoning: string;
  toolCalls: { id: string; name: string; arguments: string }[];
  finishReason: string | null;
  /** The last usage that is not null. */
  usage: ChatEvent['usage'];
  /** Events with usage in them; JSON bodies count as one. */
  usageCount: number;
  /** Whether `[DONE]` came, and nothing with data after it. */
  done: boolean;
  /** An error object inside the stream. */
  error: ChatEvent['error'] | null;
}

/** Puts a completion together from the events of a stream. Throws on data that is not JSON. */
export function readChatEvents(events: readonly SseEvent[]): ChatRead {
  const done = events.at(-1)?.data === '[DONE]';
  const bodies = events.filter(({ data }) => data !== '[DONE]').map(({ data }): ChatEvent => JSON.parse(data));
  return { ...collect(bodies), done };
}

/** Reads the JSON body of a completion or of an error. */
export function readChatBody(text: string): ChatRead {
  return { ...collect([JSON.parse(text)]), done: true };
}

/** Reads a whole answer, whichever of the two it is. */
export async function readChat(response: Response): Promise<ChatRead> {
  const text = await response.text();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  return isStream ? readChatEvents(parseSse(text)) : readChatBody(text);
}

function collect(bodies: readonly ChatEvent[]): Omit<ChatRead, 'done'> {
  const read: Omit<ChatRead, 'done'> = {
    texts: [],
    text: '',
    reasoning: '',
    toolCalls: [],
    finishReason: null,
    usage: null,
    usageCount: 0,
    error: null,
  };
  for (const body of bodies) {
    if (body.error) read.error = body.error;
    if (body.usage) {
      read.usage = body.usage;
      read.usageCount += 1;
    }
    for (const choice of body.choices ?? []) {
      const delta = choice.delta ?? choice.message ?? {};
      read.texts[choice.index] = (read.texts[choice.index] ?? '') + (delta.content ?? '');
      read.reasoning += delta.reasoning_content ?? '';
      read.finishReason = choice.finish_reason ?? read.finishReason;
      for (const [position, call] of (delta.tool_calls ?? []).entries())
        addToolCall(read, call, call.index ?? position);
    }
  }
  read.text = read.texts[0] ?? '';
  return read;
}

function addToolCall(
  read: Pick<ChatRead, 'toolCalls'>,
  call: { id?: string; function?: { name?: string; arguments?: string } },
  index: number,
): void {
  const known = read.toolCalls[index] ?? { id: '', name: '', arguments: '' };
  read.toolCalls[index] = {
    id: call.id ?? known.id,
    name: known.name + (call.function?.name ?? ''),
    arguments: known.arguments + (call.function?.arguments ?? ''),
  };
}

/** Index after the last blank line; a CR at the very end may still become CRLF. */
function lastEventEnd(text: string): number {
  const ends = [...text.matchAll(/(\r\n|\n|\r(?!$))(\r\n|\n|\r(?!$))/g)];
  const last = ends.at(-1);
  return last === undefined ? 0 : last.index + last[0].length;
}
