/** A client on the bare wire: bytes as they come, and an end that says whether it was one. Knows nothing of any API. */
import http from 'node:http';
import net from 'node:net';

export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  /** Null leaves out a header that is otherwise sent; a list sends it several times. */
  readonly headers?: Readonly<Record<string, string | string[] | null>>;
  /** An object is sent as JSON. */
  readonly body?: object | string | Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** What has arrived of the body so far. */
  readonly bytes: Buffer;
  readonly text: string;
  /** Resolves when so much of the body is here that it holds `text`; rejects when the answer ends without. */
  has(text: string): Promise<void>;
  /** `whole`: as the sender meant it; `cut`: the connection ended first. */
  readonly end: Promise<'whole' | 'cut'>;
}

export interface WireCall {
  /** Resolves with the headers, the body still to come. Rejects when the connection ends before. */
  readonly started: Promise<WireAnswer>;
  /** Resolves when the answer is over, whole or cut. */
  readonly over: Promise<WireAnswer>;
  /** Closes the connection as a client does that has lost interest. */
  leave(): void;
}

/** Sends one request on a connection of its own. */
export function sendOnWire(base: string, { method = 'POST', path = '/', headers = {}, body }: WireRequest): WireCall {
  const { hostname, port } = new URL(base);
  const sent: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== null) sent[name] = value;
  const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  if (bytes !== undefined && sent['transfer-encoding'] === undefined) {
    sent['content-length'] ??= String(Buffer.byteLength(bytes));
  }
  const { promise: started, resolve, reject } = Promise.withResolvers<WireAnswer>();
  // Clients of tests leave when they like; whoever waits for the answer still sees the rejection.
  started.catch(() => undefined);
  const request = http.request({ hostname, port, method, path, headers: sent, agent: false }, (response) =>
    resolve(receive(response)),
  );
  request.on('error', reject);
  request.end(bytes);
  const over = started.then(async (answer) => {
    await answer.end;
    return answer;
  });
  over.catch(() => undefined);
  return { started, over, leave: () => request.destroy() };
}

function receive(response: http.IncomingMessage): WireAnswer {
  const parts: Buffer[] = [];
  let waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  const { promise: end, resolve: ended } = Promise.withResolvers<'whole' | 'cut'>();
  const arrived = () => Buffer.concat(parts);
  const check = () => {
    if (waiting.length === 0) return;
    const text = arrived().toString('utf8');
    waiting = waiting.filter((waiter) => {
      if (!text.includes(waiter.text)) return true;
      waiter.resolve();
      return false;
    });
  };
  response.on('data', (part: Buffer) => {
    parts.push(part);
    check();
  });
  response.on('error', () => undefined);
  response.on('close', () => {
    for (const { text, reject } of waiting) reject(new Error(`The answer ended without ${JSON.stringify(text)}.`));
    ended(response.complete ? 'whole' : 'cut');
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    get bytes() {
      return arrived();
    },
    get text() {
      return arrived().toString('utf8');
    },
    has(text) {
      return new Promise((resolve, reject) => {
        waiting.push({ text, resolve, reject });
        check();
      });
    },
    end,
  };
}

export interface Step {
  readonly say: string | Buffer;
  /** When the next step follows; the connection's end always ends them all. */
  readonly until: (said: string) => boolean;
}

/**
 * Says things on one new connection, each when the one before was answered.
 *
 * @returns everything that came back
 */
export async function speak(base: string, ...steps: readonly Step[]): Promise<string> {
  const { hostname, port } = new URL(base);
  const socket = net.connect(Number(port), hostname);
  let said = '';
  let closed = false;
  let changed = () => {};
  socket.on('data', (part) => {
    said += part.toString('latin1');
    changed();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
    changed();
  });
  try {
    for (const { say, until } of steps) {
      if (closed) break;
      await new Promise<void>((resolve) => {
        changed = () => {
          if (closed || until(said)) resolve();
        };
        socket.write(say);
      });
    }
  } finally {
    socket.destroy();
  }
  return said;
}
