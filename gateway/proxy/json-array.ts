/** Cuts a streamed JSON array into its elements, whatever way the bytes arrive, each with what stands before it. */
import type { EventSplitter } from './sse.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** For arrays of objects: `[{…}`, `,{…}` and `]` are its pieces. */
export function createArraySplitter(): EventSplitter {
  let parts: Buffer[] = [];
  let size = 0;
  /** How many objects and arrays are open; the array itself is the first. */
  let depth = 0;
  let inText = false;
  let escaped = false;

  return {
    push(bytes, onPiece) {
      let start = 0;
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at];
        if (inText) {
          if (escaped) escaped = false;
          else if (byte === BACKSLASH) escaped = true;
          else if (byte === QUOTE) inText = false;
          continue;
        }
        if (byte === QUOTE) inText = true;
        else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
        else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
          depth--;
          if (depth > 1) continue;
          parts.push(bytes.subarray(start, at + 1));
          start = at + 1;
          const piece = Buffer.concat(parts);
          parts = [];
          size = 0;
          onPiece(piece);
        }
      }
      if (start < bytes.length) {
        parts.push(bytes.subarray(start));
        size += bytes.length - start;
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

/** The JSON of a piece: without what joins it to the others. */
export function elementText(piece: Buffer): string {
  return piece.toString('utf8').replace(/^[\uFEFF\s,[]+/, '');
}

/** All pieces of an array, or of the beginning of one. */
export function splitElements(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  const splitter = createArraySplitter();
  splitter.push(bytes, (piece) => pieces.push(piece));
  pieces.push(splitter.take());
  return pieces;
}
