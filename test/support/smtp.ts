/** A real mail server on loopback that keeps what it accepts, and can be as unkind as real ones. */
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { freePort } from './ports.ts';

export interface ReceivedMail {
  readonly to: string;
  readonly from: string;
  readonly messageId: string;
  readonly subject: string;
  /** The whole message, as it came over the wire. */
  readonly raw: string;
}

export interface SmtpKnobs {
  /** Port to listen at; default: a free one. */
  port?: number;
  /** TLS from the first byte, with a certificate that nobody has signed. */
  secure?: boolean;
  /** Offers STARTTLS. */
  startTls?: boolean;
  /** The only user and password that it takes. */
  auth?: { user: string; pass: string };
  /** An SMTP error for a recipient: `450 …` or `550 …`; null accepts. */
  refuse?: (to: string) => string | null;
  /** The same for the sender. */
  refuseSender?: () => string | null;
  /** An SMTP error for a recipient's mail, once it has come whole; null accepts. */
  refuseData?: (to: string) => string | null;
  /** Whether it hangs up: at the name of a recipient, or at the end of their mail. */
  hangUp?: (to: string, at: 'RCPT' | 'DATA') => boolean;
  /** Refuses every password with this: `535 …` or `454 …`. */
  refuseAuth?: () => string | null;
  /** Takes the connection and says nothing. */
  mute?: boolean;
}

export interface TestSmtp {
  readonly port: number;
  /** Accepted mails, oldest first. */
  readonly received: ReceivedMail[];
  /** Connections so far. */
  readonly connections: number;
  /** Resolves when so many mails were accepted. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts it; it ends with the test. */
export async function startSmtp(t: TestContext, knobs: SmtpKnobs = {}): Promise<TestSmtp> {
  const received: ReceivedMail[] = [];
  let connections = 0;
  let changed = () => {};
  const sockets = new Map<string, Socket>();
  const hangsUp = (session: SMTPServerSession, to: string, at: 'RCPT' | 'DATA') => {
    const hangs = knobs.hangUp?.(to, at) ?? false;
    // The client's port tells which connection it is.
    if (hangs) sockets.get(String(session.remotePort))?.destroy();
    return hangs;
  };
  const server = new SMTPServer({
    secure: knobs.secure ?? false,
    authOptional: knobs.auth === undefined,
    allowInsecureAuth: true,
    disabledCommands: [...(knobs.startTls ? [] : ['STARTTLS']), ...(knobs.auth ? [] : ['AUTH'])],
    closeTimeout: 100,
    onConnect(_session, done) {
      connections += 1;
      if (!knobs.mute) done();
    },
    onAuth({ username, password }, _session, done) {
      const { user, pass } = knobs.auth ?? {};
      const refusal = asSmtpError(knobs.refuseAuth?.() ?? null);
      if (refusal) return done(refusal);
      if (username === user && password === pass) done(null, { user: username });
      else done(new Error('Invalid login'));
    },
    onMailFrom(_address, _session, done) {
      done(asSmtpError(knobs.refuseSender?.() ?? null));
    },
    onRcptTo({ address }, session, done) {
      if (hangsUp(session, address, 'RCPT')) return;
      done(asSmtpError(knobs.refuse?.(address) ?? null));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo[0]?.address ?? '';
        if (hangsUp(session, to, 'DATA')) return;
        const refusal = asSmtpError(knobs.refuseData?.(to) ?? null);
        if (refusal) return done(refusal);
        received.push({
          to: rcptTo.map(({ address }) => address).join(','),
          from: mailFrom === false ? '' : mailFrom.address,
          messageId: header(raw, 'message-id'),
          subject: header(raw, 'subject'),
          raw,
        });
        done();
        changed();
      });
    },
  });
  // A client that hangs up is no failure of the test.
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => sockets.set(String(socket.remotePort), socket));
  const { port = await freePort() } = knobs;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  t.after(close);
  return {
    port,
    received,
    get connections() {
      return connections;
    },
    until: (count) =>
      new Promise((resolve) => {
        changed = () => {
          if (received.length >= count) resolve();
        };
        changed();
      }),
    close,
  };
}

function asSmtpError(text: string | null): Error | null {
  if (text === null) return null;
  return Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) });
}

/** A header's value, unfolded and decoded. */
function header(raw: string, name: string): string {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const line = head.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`)) ?? '';
  return decodeWords(line.slice(name.length + 1).trim());
}

/** RFC 2047. */
function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_all, kind: string, body: string) => {
      if (kind.toLowerCase() === 'b') return Buffer.from(body, 'base64').toString('utf8');
      const bytes = body
        .replaceAll('_', ' ')
        .replace(/=([0-9A-F]{2})/gi, (_one, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString('utf8');
    });
}
