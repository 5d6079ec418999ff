/** Mail as the rest of the gateway sees it: the outbox, and the sender that empties it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { GatewayContext } from '../context.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { forgetOldMails } from './queue.ts';
import { createSender, type SenderContext, type ServerFailure } from './sender.ts';

export interface Mail extends Outbox {
  /** Sends all that is due, now. Resolves when nothing is, or the mail server fails. */
  deliverDue(): Promise<void>;
  /** The same, whatever the last failure says. */
  retryNow(): Promise<void>;
  /** Why mails wait, as this gateway has seen it last; null when nothing is known to be wrong. */
  failure(): ServerFailure | null;
  /** Looks into the outbox by itself from now on. */
  start(): void;
  stop(): Promise<void>;
}

/** How often the outbox is looked at when nothing here has put anything in: other gateways may have. */
const LOOK_EVERY_MS = 5_000;
/** After an enqueuing: its transaction is likely to have ended by then. */
const SOON_MS = 100;
/** Thousands of mails are one piece of news a moment; by its end the transaction of an enqueuing is over, too. */
const TELL_MS = 500;
const KEEP_DAYS = 90;
const DAY_MS = 86_400_000;

export function createMail(context: SenderContext & Pick<GatewayContext, 'events'>): Mail {
  const { db, clock, log, events, settings } = context;
  const sender = createSender(context, noteChange);
  let telling: NodeJS.Timeout | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isRunning = false;
  let cleanedAt = 0;

  // A mail is enqueued inside a transaction, and whoever hears of it must not run in there.
  const tell = AsyncLocalStorage.bind(() => {
    telling = null;
    void events.emit({ kind: 'outbox_changed' });
  });

  function noteChange(): void {
    telling ??= setTimeout(tell, TELL_MS).unref();
  }

  const deliver = () =>
    sender.deliverDue().catch((error: unknown) => log.error({ err: error }, 'The outbox could not be emptied'));

  const cleanUp = async () => {
    const now = clock.now();
    if (now - cleanedAt < DAY_MS) return;
    cleanedAt = now;
    await forgetOldMails(db, now - KEEP_DAYS * DAY_MS);
  };

  // A mail is enqueued inside a transaction, and what follows from it must not run in there.
  const look = AsyncLocalStorage.bind(async () => {
    // Without a server there is nothing to do, and nothing to say.
    if (settings.current().smtp.host !== null) await deliver();
    await cleanUp().catch((error: unknown) => log.warn({ err: error }, 'Old mails could not be forgotten'));
    schedule(LOOK_EVERY_MS);
  });

  function schedule(ms: number): void {
    if (!isRunning) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  }

  const unsubscribe = events.on(['settings_changed'], () => {
    sender.retryNow();
    schedule(SOON_MS);
  });

  return {
    ...createOutbox(context, () => {
      schedule(SOON_MS);
      noteChange();
    }),
    deliverDue: () => sender.deliverDue(),
    retryNow() {
      sender.retryNow();
      return sender.deliverDue();
    },
    failure: () => sender.failure(),
    start() {
      isRunning = true;
      schedule(SOON_MS);
    },
    async stop() {
      isRunning = false;
      if (timer) clearTimeout(timer);
      if (telling) clearTimeout(telling);
      unsubscribe();
      await sender.stop();
    },
  };
}
