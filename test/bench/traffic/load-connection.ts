/** One keep-alive connection of the load generator: sends a request, notices the end of its answer, nothing more. */
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  /** The answer's whole bytes when they were asked for, or when its status is not 200. */
  raw: Buffer | null;
}

export interface LoadConnection {
  /** Sends one request. The next may be sent when its answer has ended. */
  send(request: Buffer, keep: boolean): void;
  close(): void;
}

export interface LoadConnectionHandlers {
  /** Called for each piece of the answer as it arrives. The bytes are only valid during the call. */
  onBytes?(bytes: Buffer): void;
  onAnswer(answer: Answer): void;
  onError(error: Error): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** The end of a chunked body. No payload of the mock contains it. */
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const READ_BUFFER_BYTES = 64 * 1024;

export function openLoadConnection(port: number, handlers: LoadConnectionHandlers): Promise<LoadConnection> {
  let head: Buffer | null = null;
  let inBody = false;
  let status = 0;
  /** Body bytes still to come; -1 when the body is chunked. */
  let remaining = -1;
  const tail = Buffer.alloc(LAST_CHUNK.length);
  let kept: Buffer[] | null = null;
  let closing = false;

  const end = () => {
    inBody = false;
    const raw = kept && Buffer.concat(kept);
    handlers.onAnswer({ status, raw });
  };

  const readBody = (bytes: Buffer, start: number) => {
    const length = bytes.length - start;
    if (remaining >= 0) {
      remaining -= length;
      if (remaining <= 0) end();
      return;
    }
    const fresh = Math.min(length, tail.length);
    tail.copyWithin(0, fresh);
    bytes.copy(tail, tail.length - fresh, bytes.length - fresh);
    if (tail.equals(LAST_CHUNK)) end();
  };

  const readBuffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
  const read = (bytes: Buffer) => {
    handlers.onBytes?.(bytes);
    kept?.push(Buffer.from(bytes));
    if (inBody) return readBody(bytes, 0);
    const received: Buffer = head ? Buffer.concat([head, bytes]) : bytes;
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) {
      head = Buffer.from(received);
      return;
    }
    const text = received.toString('latin1', 0, headEnd);
    head = null;
    status = Number(text.slice(9, 12));
    if (status !== 200) kept ??= [Buffer.from(received)];
    const length = /content-length: *(\d+)/i.exec(text)?.[1];
    remaining = length === undefined ? -1 : Number(length);
    tail.fill(0);
    inBody = true;
    readBody(received, headEnd + HEAD_END.length);
  };

  return new Promise((resolve, reject) => {
    const socket: Socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          read(readBuffer.subarray(0, length));
          return true;
        },
      },
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', (error) => handlers.onError(error));
      socket.on('close', () => closing || handlers.onError(new Error('The connection was closed.')));
      resolve({
        send(request, keep) {
          kept = keep ? [] : null;
          socket.write(request);
        },
        close() {
          closing = true;
          socket.destroy();
        },
      });
    });
  });
}

/** The body of a raw answer, unchunked. */
export function bodyOf(raw: Buffer): string {
  const headEnd = raw.indexOf(HEAD_END);
  const headers = raw.toString('latin1', 0, headEnd);
  const body = raw.subarray(headEnd + HEAD_END.length);
  if (!/transfer-encoding: *chunked/i.test(headers)) return body.toString('utf8');
  const parts: Buffer[] = [];
  let at = 0;
  while (at < body.length) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) break;
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts).toString('utf8');
}
