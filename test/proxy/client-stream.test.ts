/** Chunks that the gateway frames itself: clients of every kind get the same bytes, and know where the answer ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openClientStream } from '../../gateway/proxy/client-stream.ts';

const CHUNKS = ['one', 'two and é', '', 'three\r\n\r\n0\r\n\r\nfour', 'x'.repeat(70_000)].map((text) =>
  Buffer.from(text),
);
const WHOLE = Buffer.concat(CHUNKS).toString();

async function serve(t: TestContext, answer: (raw: ServerResponse) => void): Promise<number> {
  const server = createServer((_request, raw) => answer(raw));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  return address.port;
}

/** Everything that comes back until the server hangs up. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Each chunk in a turn of its own, as an upstream would send it. */
function inTurns(raw: ServerResponse): void {
  raw.writeHead(200, { 'content-type': 'text/event-stream' });
  const client = openClientStream(raw);
  const left = [...CHUNKS];
  const next = () => {
    const chunk = left.shift();
    if (!chunk) return client.end();
    client.write(chunk);
    setImmediate(next);
  };
  next();
}

test('an HTTP/1.1 client reads the chunks as one body that ends where it ends, and may ask again', async (t) => {
  const port = await serve(t, inTurns);
  for (let round = 0; round < 2; round++) {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    assert.equal(answer.headers.get('transfer-encoding'), 'chunked');
    assert.equal(await answer.text(), WHOLE);
  }
});

test('an HTTP/1.0 client gets the bytes without any framing', async (t) => {
  const port = await serve(t, inTurns);
  const answer = await exchange(port, 'GET / HTTP/1.0\r\n\r\n');
  assert.equal(answer.slice(answer.indexOf('\r\n\r\n') + 4), WHOLE);
  assert.doesNotMatch(answer, /transfer-encoding/i);
});

test('an answer that has to wait for the one before it keeps to its place', async (t) => {
  const waiting: (() => void)[] = [];
  const port = await serve(t, (raw) => {
    if (waiting.push(() => inTurns(raw)) < 2) return;
    // The second begins while the connection still belongs to the first.
    waiting[1]?.();
    setImmediate(() => waiting[0]?.());
  });
  const answer = await exchange(
    port,
    'GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  );
  assert.equal(answer.split('HTTP/1.1 200 OK').length - 1, 2);
  const bodies = answer.split(/HTTP\/1\.1 200 OK[\s\S]*?\r\n\r\n/).slice(1);
  for (const body of bodies) assert.equal(unframed(body), WHOLE);
});

test('a client that does not read holds the writer up until it does', async (t) => {
  const blocked = Promise.withResolvers<void>();
  const drained = Promise.withResolvers<void>();
  const large = Buffer.alloc(1024 * 1024, 'y');
  const port = await serve(t, (raw) => {
    raw.writeHead(200);
    const client = openClientStream(raw);
    client.write(large);
    const next = () => {
      if (client.write(large)) return void setImmediate(next);
      client.onDrain(() => {
        drained.resolve();
        client.end(Buffer.from('end'));
      });
      blocked.resolve();
    };
    setImmediate(next);
  });
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  await blocked.promise;
  const text = await answer.text();
  await drained.promise;
  assert.match(text, /^y+end$/);
});

function unframed(body: string): string {
  let bytes = Buffer.from(body);
  const parts: Buffer[] = [];
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n');
    const size = Number.parseInt(bytes.toString('latin1', 0, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts).toString();
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    bytes = bytes.subarray(lineEnd + 2 + size + 2);
  }
}
