/** Server-sent events as bytes; https://html.spec.whatwg.org/multipage/server-sent-events.html */

const LF = 0x0a;
const CR = 0x0d;
const BLANK_LINE = Buffer.from('\n\n');

/**
 * The offset behind the first blank line at or after `from`, which ends an event; -1 when there is none yet.
 * Lines end with LF, CRLF or CR. A CR at the very end stays undecided, because an LF may follow.
 */
export function eventEnd(bytes: Buffer, from: number): number {
  if (bytes.indexOf(CR, from) === -1) {
    if (bytes[from] === LF) return from + 1;
    const blank = bytes.indexOf(BLANK_LINE, from);
    return blank === -1 ? -1 : blank + BLANK_LINE.length;
  }
  let lineStart = from;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== LF && byte !== CR) continue;
    if (byte === CR && at + 1 === bytes.length) return -1;
    const next = byte === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
    if (at === lineStart) return next;
    lineStart = next;
    at = next - 1;
  }
  return -1;
}

/** All events in `bytes`; a last one without its blank line counts too. */
export function splitEvents(bytes: Buffer): Buffer[] {
  const events: Buffer[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = eventEnd(bytes, start);
    events.push(bytes.subarray(start, end === -1 ? bytes.length : end));
    if (end === -1) break;
    start = end;
  }
  return events;
}

/** The `data` of an event: its data lines, joined. Empty when it has none. */
export function eventData(event: Buffer): string {
  const text = event.toString('utf8');
  if (text.startsWith('data: ') && text.indexOf('\n') >= text.trimEnd().length) return text.slice(6).trimEnd();
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => (line.startsWith('data: ') ? line.slice(6) : line.slice(5)))
    .join('\n');
}

/** Cuts a byte stream into whole events, whatever way the bytes arrive. Keeps only the unfinished one. */
export interface EventSplitter {
  /** Calls `onEvent` for every event that these bytes complete. */
  push(bytes: Buffer, onEvent: (event: Buffer) => void): void;
  /** How many bytes of an unfinished event are waiting. */
  size(): number;
  /** The unfinished event, which is forgotten here. */
  take(): Buffer;
}

export function createEventSplitter(): EventSplitter {
  let parts: Buffer[] = [];
  let size = 0;

  return {
    push(bytes, onEvent) {
      let joined = bytes;
      if (parts.length > 0) {
        parts.push(bytes);
        size += bytes.length;
        if (!endsIn(parts, bytes)) return;
        joined = Buffer.concat(parts, size);
        parts = [];
        size = 0;
      }
      let start = 0;
      for (;;) {
        const end = eventEnd(joined, start);
        if (end === -1) break;
        onEvent(joined.subarray(start, end));
        start = end;
      }
      if (start < joined.length) {
        parts = [joined.subarray(start)];
        size = joined.length - start;
      }
    },
    size: () => size,
    take() {
      const rest = Buffer.concat(parts, size);
      parts = [];
      size = 0;
      return rest;
    },
  };
}

/** Whether an event can end in `bytes`, the newest of `parts`: only where there is a line end. */
function endsIn(parts: readonly Buffer[], bytes: Buffer): boolean {
  if (bytes.indexOf(LF) !== -1 || bytes.indexOf(CR) !== -1) return true;
  // A CR that ended the part before is decided by whatever follows it.
  const before = parts[parts.length - 2];
  return before !== undefined && before[before.length - 1] === CR;
}
