/** Sends what lies in the outbox, one after the other, while there is a mail server. */
import type { GatewayContext } from '../context.ts';
import { databaseErrorKind } from '../db/errors.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { GIVE_UP_AFTER_MS, mailWaitMs, serverWaitMs } from './back-off.ts';
import { isMailKind } from './kinds.ts';
import { claimMail, dueMails, type Ending, endAttempt, skipExpired } from './queue.ts';
import { findPeople, findReader, type OutboxRow, type Reader } from './readers.ts';
import { renderMail } from './render.ts';
import { sendFailure } from './smtp-failure.ts';
import { canSendMail, type MailTransport, openTransport, senderOf } from './transport.ts';

export type SenderContext = Pick<GatewayContext, 'db' | 'clock' | 'settings' | 'secrets' | 'log' | 'gatewayId'>;

/** The mail server as this gateway has seen it last; null when it works or was not tried yet. */
export interface ServerFailure {
  /** Epoch milliseconds of the first failure without a success since. */
  readonly since: number;
  readonly problem: string;
  readonly failures: number;
  readonly retryAt: number;
}

export interface Sender {
  /** Sends all that is due. Resolves when nothing is, or the server fails. One run at a time; calls meanwhile run again. */
  deliverDue(): Promise<void>;
  failure(): ServerFailure | null;
  /** Forgets the last failure, so that the next run tries at once. */
  retryNow(): void;
  /** Ends what is being sent; nothing is sent after. */
  stop(): Promise<void>;
}

/** How long a stop waits for the mail that is being sent. */
const STOP_AFTER_MS = 5_000;

/** @param onEnded told of every attempt that was recorded */
export function createSender(context: SenderContext, onEnded: () => void): Sender {
  const { db, clock, settings, log, gatewayId } = context;
  const stopped = new AbortController();
  let isStopping = false;
  let serverFailure: ServerFailure | null = null;
  /** The mail on which the server broke off, without a success since. */
  let brokenOffAt: string | null = null;
  let running: Promise<void> | null = null;
  let again = false;
  /** Sent, but the database did not take the news: said again before anything else is sent. */
  const unrecorded: { row: OutboxRow; ending: Ending }[] = [];

  const record = async (row: OutboxRow, ending: Ending): Promise<void> => {
    try {
      await endAttempt(db, row, ending, gatewayId, clock.now());
      onEnded();
    } catch (error) {
      unrecorded.push({ row, ending });
      throw error;
    }
  };

  const recordAgain = async (): Promise<void> => {
    for (let left = unrecorded.shift(); left; left = unrecorded.shift()) await record(left.row, left.ending);
  };

  const failed = (row: OutboxRow, error: unknown): { ending: Ending; mayGoOn: boolean } => {
    const now = clock.now();
    const { scope, isFinal, problem } = sendFailure(error, settings.current().smtp);
    // Interrupted by our own stop: no failure of the server or of the mail, and the next start tries at once.
    if (isStopping && scope !== 'mail') return { ending: unchanged(row, problem), mayGoOn: false };
    // A server that breaks off on one mail may take the others; one that does so on two in a row is not well.
    const isServer = scope === 'server' || (scope === 'either' && brokenOffAt !== null && brokenOffAt !== row.id);
    if (isServer) noteServerFailure(problem, now);
    if (scope === 'server') return { ending: unchanged(row, problem), mayGoOn: false };
    if (scope === 'either') brokenOffAt = row.id;
    const since = row.firstFailedAt ?? now;
    const ending: Ending =
      isFinal || now - since >= GIVE_UP_AFTER_MS
        ? { kind: 'dead', why: problem }
        : { kind: 'later', why: problem, nextAttemptAt: now + mailWaitMs(row.attempts + 1), isOwnFault: true };
    return { ending, mayGoOn: !isServer };
  };

  const noteServerFailure = (problem: string, now: number): void => {
    const failures = (serverFailure?.failures ?? 0) + 1;
    const since = serverFailure?.since ?? now;
    serverFailure = { since, problem, failures, retryAt: now + serverWaitMs(failures) };
    if (failures === 1) log.warn({ problem }, 'Mails cannot be sent; they wait in the outbox');
  };

  /** @returns whether the next mail may be tried */
  const deliver = async (due: OutboxRow, transport: () => Promise<MailTransport>): Promise<boolean> => {
    const row = await claimMail(db, { id: due.id, messageId: messageIdOf(due, domain()) }, gatewayId, clock.now());
    if (!row) return true;
    faultPoint('mail_claimed');
    const found = await findReader(db, row);
    if (found.kind === 'nobody') {
      await record(row, { kind: 'skipped', why: found.why });
      return true;
    }
    const rendered = await renderFor(context, row, found.reader).catch((error: unknown) => {
      log.error({ err: error, mailId: row.id, kind: row.kind }, 'A mail could not be written');
      return null;
    });
    if (!rendered) {
      await record(row, { kind: 'dead', why: 'It could not be written; the log says why.' });
      return true;
    }
    let ending: Ending;
    let mayGoOn = true;
    try {
      const open = await transport();
      const replyTo = settings.current().creditsEmail;
      await open.send({ ...rendered, to: found.reader.address, messageId: row.messageId ?? '', replyTo });
      faultPoint('mail_accepted');
      ending = { kind: 'sent' };
    } catch (error) {
      ({ ending, mayGoOn } = failed(row, error));
    }
    await record(row, ending);
    faultPoint('mail_recorded');
    if (ending.kind === 'sent') {
      brokenOffAt = null;
      if (serverFailure) log.info('Mails can be sent again');
      serverFailure = null;
    }
    return mayGoOn;
  };

  const domain = () => senderOf(settings.current().smtp)?.split('@')[1] ?? 'localhost';

  const run = async (): Promise<void> => {
    const { smtp } = settings.current();
    if (!canSendMail(smtp) || isStopping) return;
    if (serverFailure && clock.now() < serverFailure.retryAt) return;
    let opened: Promise<MailTransport> | null = null;
    const transport = () => (opened ??= openTransport(smtp, stopped.signal));
    try {
      await recordAgain();
      await skipExpired(db, clock.now());
      for (;;) {
        const due = await dueMails(db, clock.now());
        if (due.length === 0) return;
        for (const row of due) if (isStopping || !(await deliver(row, transport))) return;
      }
    } catch (error) {
      if (databaseErrorKind(error) !== 'unavailable') throw error;
      log.warn({ err: error }, 'The outbox cannot be read or written now');
    } finally {
      await closeQuietly(opened);
    }
  };

  const runAll = async (): Promise<void> => {
    try {
      do {
        again = false;
        await run();
      } while (again && !isStopping);
    } finally {
      running = null;
    }
  };

  return {
    deliverDue() {
      if (running) again = true;
      else running = runAll();
      return running;
    },
    failure: () => serverFailure,
    retryNow() {
      serverFailure = null;
    },
    async stop() {
      isStopping = true;
      const timer = setTimeout(() => stopped.abort(), STOP_AFTER_MS);
      await running?.catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

/** What a mail looks like to its reader. @throws when it cannot be written */
export async function renderFor(context: SenderContext, row: OutboxRow, reader: Reader, withSecret = true) {
  const { db, settings, secrets } = context;
  const { kind } = row;
  if (!isMailKind(kind)) throw new Error(`This version knows no mail of the kind ${kind}.`);
  const current = settings.current();
  const secret = withSecret && row.secret !== null ? await secrets.open(row.secret) : null;
  return renderMail(
    { kind, data: row.data, secret },
    {
      locale: reader.locale ?? current.locale,
      timeZone: current.timeZone,
      name: reader.name,
      isOperator: reader.isOperator,
      publicUrl: current.publicUrl,
      contactEmail: current.creditsEmail,
      person: await findPeople(db, row.data),
    },
  );
}

/** The mail waits as if it had not been tried. */
function unchanged({ nextAttemptAt }: OutboxRow, why: string): Ending {
  return { kind: 'later', why, nextAttemptAt, isOwnFault: false };
}

/** Sent again on purpose, it is another mail to its receivers. */
function messageIdOf({ id, resends }: OutboxRow, domain: string): string {
  return `<${resends === 0 ? id : `${id}.${resends}`}@${domain}>`;
}

async function closeQuietly(opened: Promise<MailTransport> | null): Promise<void> {
  const transport = await opened?.catch(() => null);
  transport?.close();
}
