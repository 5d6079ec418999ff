/**
 * A pooler as PgBouncer is one in its mode `transaction`: many clients share few sessions of the server, and each
 * transaction may get another one. Nothing that a client leaves in a session is there the next time.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import pg from 'pg';

export interface Pooler {
  /** The server's URL, through the pooler. */
  readonly url: string;
  /** How often a client got another session than the time before. */
  switches(): number;
  close(): Promise<void>;
}

interface Session {
  readonly stream: Socket;
  readonly end: () => Promise<void>;
  onData: (data: Buffer) => void;
}

const SESSIONS = 3;
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const SSL_REQUEST = 80_877_103;

export async function startPooler(serverUrl: string): Promise<Pooler> {
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => openSession(serverUrl)));
  const idle = [...sessions];
  const waiting: ((session: Session) => void)[] = [];
  let switches = 0;

  /** The one that has rested longest: rarely the one of the time before. */
  const take = (): Promise<Session> => {
    const session = idle.shift();
    return session ? Promise.resolve(session) : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (session: Session) => {
    session.onData = () => undefined;
    const next = waiting.shift();
    if (next) next(session);
    else idle.push(session);
  };

  const server = createServer((client) => {
    let started = false;
    let received: Buffer = Buffer.alloc(0);
    let session: Promise<Session> | null = null;
    let last: Session | null = null;
    /** Exchanges whose end the session has not told yet: a client may send the next before. */
    let unanswered = 0;
    client.on('error', () => client.destroy());

    const forward = async (message: Buffer) => {
      if (endsExchange(message)) unanswered++;
      if (!session) {
        session = take();
        const taken = await session;
        if (last && last !== taken) switches++;
        last = taken;
        let answered: Buffer = Buffer.alloc(0);
        taken.onData = (data) => {
          client.write(data);
          answered = Buffer.concat([answered, data]);
          for (let head = nextMessage(answered); head; head = nextMessage(answered)) {
            const isReady = head.message[0] === 0x5a;
            const isIdle = head.message[5] === 0x49;
            answered = head.rest;
            if (isReady) unanswered--;
            if (!isReady || !isIdle || unanswered > 0) continue;
            session = null;
            giveBack(taken);
          }
        };
      }
      (await session).stream.write(message);
    };

    let order: Promise<unknown> = Promise.resolve();
    client.on('data', (data) => {
      received = Buffer.concat([received, data]);
      if (!started) {
        if (received.length < 8 || received.length < received.readInt32BE(0)) return;
        const length = received.readInt32BE(0);
        const isTls = received.readInt32BE(4) === SSL_REQUEST;
        received = received.subarray(length);
        if (isTls) return void client.write('N');
        started = true;
        client.write(Buffer.concat([AUTHENTICATED, READY]));
      }
      // Whole exchanges only: up to a question, or to what ends an extended one.
      for (let head = nextMessage(received); head; head = nextMessage(received)) {
        const { message, rest } = head;
        received = rest;
        if (message[0] === 0x58) return void client.end();
        order = order.then(() => forward(message)).catch(() => client.destroy());
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    switches: () => switches,
    async close() {
      server.close();
      await Promise.all(sessions.map(({ end }) => end()));
    },
  };
}

/** A session that a real client has signed in; from then on its stream is ours. */
async function openSession(url: string): Promise<Session> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  const session: Session = {
    stream,
    onData: () => undefined,
    async end() {
      stream.destroy();
    },
  };
  client.on('error', () => undefined);
  stream.on('error', () => undefined);
  stream.on('data', (data: Buffer) => session.onData(data));
  return session;
}

/** Whether the server answers it with being ready: a question, or the end of an extended exchange. */
function endsExchange(message: Buffer): boolean {
  return message[0] === 0x51 || message[0] === 0x53;
}

/** The first whole message of `bytes`: a letter, its length, and the rest. */
function nextMessage(bytes: Buffer): { message: Buffer; rest: Buffer } | null {
  if (bytes.length < 5) return null;
  const length = 1 + bytes.readInt32BE(1);
  if (bytes.length < length) return null;
  return { message: bytes.subarray(0, length), rest: bytes.subarray(length) };
}
