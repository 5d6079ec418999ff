/** Writing a streamed answer to the client, a chunk at a time. */
import type { ServerResponse } from 'node:http';

export interface ClientStream {
  /** Writes bytes as one chunk. False when the client should be given time to read: see `onDrain`. */
  write(bytes: Buffer): boolean;
  /** Calls `listener` once, when what was written has left. */
  onDrain(listener: () => void): void;
  /** Writes what is left, if anything, and ends the answer. */
  end(bytes?: Buffer): void;
}

const LINE_END = '\r\n';

/**
 * Frames chunks itself (RFC 9112 §7.1). Node's own `write` hands every chunk to the socket as four pieces, which costs as
 * much as all else that happens to it here. The first chunk goes that way, because the headers travel with it, and so does
 * everything that Node would not frame or could not send yet: HTTP/1.0, an answer that waits for the one before it.
 *
 * @param raw its headers must have been written, without a length
 */
export function openClientStream(raw: ServerResponse): ClientStream {
  let begun = false;
  let direct = false;

  return {
    write(bytes) {
      // An empty chunk would be the last one.
      if (bytes.length === 0) return true;
      direct = begun && raw.chunkedEncoding && raw.socket !== null;
      begun = true;
      return direct && raw.socket ? raw.socket.write(frame(bytes)) : raw.write(bytes);
    },
    onDrain(listener) {
      (direct && raw.socket ? raw.socket : raw).once('drain', listener);
    },
    end: (bytes) => void (bytes && bytes.length > 0 ? raw.end(bytes) : raw.end()),
  };
}

/**
 * Ends an answer that is not whole: its connection closes without the last chunk, behind what was written, so that the
 * client sees it. An answer that waits for the one before it has no connection yet, and ends when its turn comes.
 */
export function breakOff(raw: ServerResponse): void {
  if (raw.socket) raw.socket.destroySoon();
  // What was written is flushed right behind this event.
  else raw.once('socket', (socket) => process.nextTick(() => socket.destroySoon()));
}

/** The same at once: what was written and has not left is dropped. */
export function hangUp(raw: ServerResponse): void {
  if (!raw.socket) raw.once('socket', (socket) => socket.destroy());
  raw.destroy();
}

function frame(bytes: Buffer): Buffer {
  const size = bytes.length.toString(16);
  const head = size.length + LINE_END.length;
  const framed = Buffer.allocUnsafe(head + bytes.length + LINE_END.length);
  framed.write(size + LINE_END, 0, 'latin1');
  bytes.copy(framed, head);
  framed.write(LINE_END, head + bytes.length, 'latin1');
  return framed;
}
