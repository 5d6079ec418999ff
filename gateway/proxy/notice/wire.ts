/** What a wire dialect must know so that one line can be added to the end of its answers. */
import type { JsonObject } from '../dialects/dialect.ts';

/** What an event of a stream means for the line. */
export type Mark =
  /** The model may be done: nothing goes out any more before it is settled. */
  | 'stop'
  /** It is not: what was held back goes on. */
  | 'go_on'
  | null;

/** The end of a streamed answer: what was held back, then what waits for the settlement. */
export interface StreamTail {
  readonly held: readonly Buffer[];
  readonly last: readonly Buffer[];
  /** What went out before. */
  readonly delivered: readonly Buffer[];
}

export interface NoticeWire {
  /** Whether the client asked for an answer that a program reads. */
  wantsData(body: JsonObject): boolean;
  /** Cheap: whether these bytes may hold an event that `mark` says something of. */
  mayMatter(bytes: Buffer): boolean;
  mark(event: Buffer): Mark;
  /** Whether the answer ended by itself with text that a person reads, so that a line can follow. */
  canFollow(tail: StreamTail): boolean;
  /** The tail's bytes with `line` as the last text before the stop. Only where it can follow. */
  intoStream(tail: StreamTail, line: string): Buffer[];
  /** A copy of a whole answer that ends with `line`; null where it cannot follow. */
  intoBody(answer: JsonObject, line: string): JsonObject | null;
}

export function eventOf(data: JsonObject, named = false): Buffer {
  const name = named && typeof data.type === 'string' ? `event: ${data.type}\n` : '';
  return Buffer.from(`${name}data: ${JSON.stringify(data)}\n\n`);
}

/** What a program would read, even where nobody said that it should be. */
export function looksLikeData(text: string): boolean {
  return /^\s*(?:[[{]|```json\b)/i.test(text);
}
