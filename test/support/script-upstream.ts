/** An upstream that says exactly what a test tells it to, byte by byte: for endpoints whose answers are no conversation. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';

export interface ScriptedAnswer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string | Buffer;
  readonly gzip?: boolean;
  /** Each byte in a write of its own. */
  readonly bytewise?: boolean;
  /** RST behind so many bytes. */
  readonly breakAt?: number;
  /** Says nothing more behind so many bytes, until the client is gone. */
  readonly hangAt?: number;
}

export interface ScriptedCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ScriptUpstream {
  readonly baseUrl: string;
  readonly calls: ScriptedCall[];
  /** What the next call gets; the last one stays. */
  next(answer: ScriptedAnswer): void;
  /** Resolves when so many calls have been read. */
  called(count: number): Promise<void>;
}

export async function startScriptUpstream(t: TestContext): Promise<ScriptUpstream> {
  const calls: ScriptedCall[] = [];
  let answer: ScriptedAnswer = { body: '{}' };
  let changed = () => {};
  const server = http.createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const [path = '', query = ''] = (request.url ?? '').split('?');
    calls.push({ method: request.method ?? '', path, query, headers: request.headers, body: Buffer.concat(parts) });
    changed();
    await say(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    next(next) {
      answer = next;
    },
    called: (count) =>
      new Promise((resolve) => {
        changed = () => (calls.length >= count ? resolve() : undefined);
        changed();
      }),
  };
}

async function say(response: http.ServerResponse, answer: ScriptedAnswer): Promise<void> {
  const { status = 200, type = 'application/json', gzip = false, bytewise = false, breakAt, hangAt } = answer;
  const plain = Buffer.from(answer.body);
  const bytes = gzip ? gzipSync(plain) : plain;
  response.on('error', () => response.destroy());
  response.writeHead(status, { 'content-type': type, ...(gzip ? { 'content-encoding': 'gzip' } : {}) });
  const until = breakAt ?? hangAt ?? bytes.length;
  if (bytewise) {
    for (let at = 0; at < until; at++)
      await new Promise<void>((done) => response.write(bytes.subarray(at, at + 1), () => done()));
  } else {
    response.flushHeaders();
    if (until > 0) await new Promise<void>((done) => response.write(bytes.subarray(0, until), () => done()));
  }
  if (hangAt !== undefined) return;
  if (breakAt === undefined) response.end();
  else response.socket?.resetAndDestroy();
}

/** A multipart form as browsers and SDKs write it. */
export function form(fields: Readonly<Record<string, string | Buffer>>): { type: string; body: Buffer } {
  const boundary = '----test-boundary-7f3a';
  const parts = Object.entries(fields).map(([name, value]) => {
    const isFile = Buffer.isBuffer(value);
    const head = isFile
      ? `content-disposition: form-data; name="${name}"; filename="a.bin"\r\ncontent-type: application/octet-stream`
      : `content-disposition: form-data; name="${name}"`;
    return Buffer.concat([Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), Buffer.from(value), Buffer.from('\r\n')]);
  });
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** Silence, 8 kHz in one byte a sample. */
export function recording(seconds: number): Buffer {
  const bytes = Buffer.alloc(44 + 8_000 * seconds);
  bytes.write('RIFF', 0, 'latin1');
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(8_000, 28);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36, 'latin1');
  return bytes;
}
