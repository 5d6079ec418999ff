/** Server-sent events as bytes; https://html.spec.whatwg.org/multipage/server-sent-events.html */

export const LF = 0x0a;
export const CR = 0x0d;

/**
 * The offset behind the first blank line at or after `from`, which ends an event; -1 when there is none yet.
 * Lines end with LF, CRLF or CR. An LF that follows later, behind a CR that was the last byte, is a line of its own.
 */
export function eventEnd(bytes: Buffer, from: number): number {
  let lineStart = from;
  while (lineStart < bytes.length) {
    const lineFeed = bytes.indexOf(LF, lineStart);
    const line = bytes.subarray(lineStart, lineFeed === -1 ? bytes.length : lineFeed);
    const carriageReturn = line.indexOf(CR);
    let next = lineFeed + 1;
    let length = line.length;
    if (carriageReturn !== -1) {
      length = carriageReturn;
      const at = lineStart + carriageReturn;
      next = at + 1 === lineFeed ? lineFeed + 1 : at + 1;
    } else if (lineFeed === -1) return -1;
    if (length === 0) return next;
    lineStart = next;
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
  const line = text.trimEnd();
  if (line.startsWith('data: ') && !line.includes('\n') && !line.includes('\r')) return line.slice(6);
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line === 'data' || line.startsWith('data:'))
    .map((line) => (line.startsWith('data: ') ? line.slice(6) : line.slice(5)))
    .join('\n');
}

/** Whether an event says nothing to whoever reads the stream: comments, which keep connections open, and fields without data. */
export function isSilent(event: Buffer): boolean {
  const lines = event
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
  return lines.every((line) => line === '' || /^(:|(event|id|retry)(:|$))/.test(line));
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
        // Only where a line ends can an event end.
        if (bytes.indexOf(LF) === -1 && bytes.indexOf(CR) === -1) return;
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
