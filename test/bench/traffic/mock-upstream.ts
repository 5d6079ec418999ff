/** The cheapest upstream that Node can be: raw sockets, answers made once, no parser. */
import { createServer, type Server, type Socket } from 'node:net';
import {
  DONE_EVENT,
  jsonAnswer,
  PACED_CHUNKS,
  PACED_GAP_MS,
  PACED_MODEL,
  sharedMicros,
  stampEvent,
  streamEvents,
  usageEvent,
} from './messages.ts';
import { OTHER_WIRES } from './wires.ts';

export interface Served {
  json: number;
  streams: number;
  /** Streams that were asked to report their usage. */
  withUsage: number;
}

export interface MockUpstream {
  readonly port: number;
  readonly served: Served;
  close(): Promise<void>;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const frame = (event: string) => Buffer.from(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);

const jsonBytes = (json: string) =>
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
const JSON_ANSWER = jsonBytes(jsonAnswer());
const STREAM_HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n',
);
const PLAIN_FRAMES = [...streamEvents(), DONE_EVENT].map(frame);
const USAGE_FRAMES = [...streamEvents(), usageEvent(), DONE_EVENT].map(frame);
const OTHERS = Object.values(OTHER_WIRES).map(({ path, json, events }) => ({
  start: Buffer.from(`POST ${path} `),
  json: jsonBytes(json),
  frames: events.map(frame),
}));
const USAGE_FRAME = frame(usageEvent());
const DONE_FRAME = frame(DONE_EVENT);

/** Listens on a free port of the loopback. */
export async function startMockUpstream(): Promise<MockUpstream> {
  const served: Served = { json: 0, streams: 0, withUsage: 0 };
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending: Buffer | null = null;
    socket.on('data', (data: Buffer) => {
      const received: Buffer = pending ? Buffer.concat([pending, data]) : data;
      if (!isComplete(received)) {
        pending = received;
        return;
      }
      pending = null;
      answer(socket, received, served);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The mock has no port.');
  return {
    port: address.port,
    served,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A proxy keeps one request at a time on a connection, so that what has arrived is one request or a part of one. */
function isComplete(received: Buffer): boolean {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /content-length: *(\d+)/i.exec(received.toString('latin1', 0, headEnd))?.[1];
  if (length !== undefined) return received.length >= headEnd + 4 + Number(length);
  return received.subarray(-5).equals(LAST_CHUNK);
}

function answer(socket: Socket, request: Buffer, served: Served): void {
  const other = OTHERS.find(({ start }) => request.subarray(0, start.length).equals(start));
  if (!request.includes('"stream":true')) {
    served.json += 1;
    socket.write(other?.json ?? JSON_ANSWER);
    return;
  }
  const withUsage = request.includes('"include_usage":true');
  served.streams += 1;
  if (withUsage) served.withUsage += 1;
  socket.write(STREAM_HEAD);
  if (other) return streamAtOnce(socket, other.frames);
  if (request.includes(`"${PACED_MODEL}"`)) streamPaced(socket, withUsage);
  else streamAtOnce(socket, withUsage ? USAGE_FRAMES : PLAIN_FRAMES);
}

/** Every event is its own write in its own turn of the event loop, as from a provider that flushes each token. */
function streamAtOnce(socket: Socket, frames: readonly Buffer[]): void {
  let index = 0;
  const next = () => {
    const event = frames[index++];
    if (!event) {
      socket.write(LAST_CHUNK);
      return;
    }
    socket.write(event);
    setImmediate(next);
  };
  setImmediate(next);
}

/** Stamped events at a steady pace, to see when each arrives. */
function streamPaced(socket: Socket, withUsage: boolean): void {
  let sent = 0;
  const next = () => {
    if (socket.destroyed) return clearInterval(timer);
    if (sent++ < PACED_CHUNKS) return void socket.write(frame(stampEvent(sharedMicros())));
    clearInterval(timer);
    if (withUsage) socket.write(USAGE_FRAME);
    socket.write(DONE_FRAME);
    socket.write(LAST_CHUNK);
  };
  const timer = setInterval(next, PACED_GAP_MS);
  next();
}
