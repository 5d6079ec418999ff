/** Streamed answers: every event goes on as it arrives; only what ends the stream waits until it is settled. */
import { faultPoint } from '../ops/fault-point.ts';
import { sendRefusal, upstreamHeaders, withMeterHeaders } from './client-reply.ts';
import { breakOff, hangUp, openClientStream } from './client-stream.ts';
import type { DeliverParts } from './deliver-body.ts';
import type { Refusal, StreamReader } from './dialects/dialect.ts';
import type { Cut, Exchange } from './exchange.ts';
import type { StreamNotice } from './notice/stream-notice.ts';
import { BROKEN_ANSWER, FOREIGN_ANSWER, UNAVAILABLE } from './refusal.ts';
import type { Ending } from './settle.ts';
import { CR, createEventSplitter, isSilent, LF } from './sse.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';

/** No provider sends a larger event; what is larger cannot be looked at before it goes on. */
const LARGEST_EVENT = 16 * 1024 * 1024;
const TOO_LARGE: Refusal = {
  statusCode: 502,
  code: 'upstream_error',
  message: 'The upstream sent an event that is too large.',
};
/** How long the upstream may go on for its usage after the client left behind the last word. */
const DRAIN_MS = 2_000;
const PATIENCE_MS = 300_000;

/** Sends the answer on and settles it when its terminal event comes, or whatever else ends it. */
export function deliverStream(
  { context, settler, notices }: DeliverParts,
  exchange: Exchange,
  answer: UpstreamAnswer,
): void {
  const { raw } = exchange.reply;
  const contentType = String(answer.headers['content-type'] ?? '');
  const reader = exchange.dialect.openStream(exchange.facts, exchange.askedForUsage, contentType);
  const splitter = reader.splitter ?? createEventSplitter();
  /** Null unless people may be told of their use in here. */
  const notice = notices.openStream(exchange);
  const mayEndHere = reader.splitter ? () => true : endsWithBlankLine;
  /** A reader may be as silent as an upstream may, then it counts as gone: its hold is not to stay for ever. */
  const patienceMs = exchange.route?.upstream.idleMs ?? PATIENCE_MS;
  let paused = false;
  /** Everything that went out: read again only where the end is unhappy. */
  const delivered: Buffer[] = [];
  let outgoing: Buffer[] = [];
  /** The terminal event and what follows it: waits for the settlement. */
  let tail: Buffer[] = [];
  let phase: 'open' | 'settling' | 'settled' = 'open';
  let upstreamEnded = false;
  /** The CR that ended a dropped event may be the first half of a line end. */
  let droppedCr = false;
  /** Whether it is sure by now that the stream is of the dialect that was asked for. */
  let recognised = !reader.recognises;
  /** What came before that is sure and says something: not delivered until it can be metered. */
  let doubtful: Buffer[] = [];
  /** Whatever else the upstream sends is of no use. */
  let isRefused = false;
  /** Whether the client has the headers. */
  let begun = false;
  const client = openClientStream(raw);

  const begin = (): void => {
    if (begun || raw.destroyed) return;
    begun = true;
    exchange.reply.hijack();
    raw.writeHead(answer.statusCode, withMeterHeaders(exchange, upstreamHeaders(exchange), context.clock.now()));
  };
  // A model that thinks long should not look like a dead connection.
  const beginSilently = (): void => {
    if (begun || phase !== 'open') return;
    begin();
    if (!raw.destroyed) raw.flushHeaders();
  };
  if (recognised || answer.isSilent) setImmediate(beginSilently);

  /** Writes what was released in this turn: events that arrived together leave together. */
  const flush = (): void => {
    if (outgoing.length === 0 || raw.destroyed) return;
    begin();
    const bytes = outgoing.length === 1 && outgoing[0] ? outgoing[0] : Buffer.concat(outgoing);
    outgoing = [];
    if (exchange.firstByteAt === null) {
      exchange.firstByteAt = context.clock.now();
      faultPoint('first_byte');
    }
    if (client.write(bytes) || paused) return;
    paused = true;
    answer.pause();
    const stalled = setTimeout(() => hangUp(raw), patienceMs).unref();
    client.onDrain(() => {
      clearTimeout(stalled);
      paused = false;
      answer.resume();
    });
  };
  const release = (bytes: Buffer): void => {
    delivered.push(bytes);
    if (exchange.clientGone) return;
    if (outgoing.length === 0) queueMicrotask(flush);
    outgoing.push(bytes);
  };

  /** Everything that the client was given, or is about to be. */
  const seen = (): readonly Buffer[] => (notice === null ? delivered : [...delivered, ...notice.held()]);

  /**
   * @param whole whether the upstream ended its answer itself; else the client must not see an end either
   * @param refusal what the client is told instead where nothing was delivered yet
   */
  const end = async (ending: Ending, whole: boolean, refusal?: Refusal): Promise<void> => {
    if (phase !== 'open') return;
    phase = 'settling';
    const settled = await settler.settle(exchange, ending).then(
      () => true,
      () => false,
    );
    const line = notice && settled && whole ? await lineFor(notice, ending) : null;
    phase = 'settled';
    if (notice && settled) {
      if (whole) tail = notice.close(delivered, tail, line);
      else for (const event of notice.close(delivered, [], null)) release(event);
    }
    flush();
    if (raw.destroyed) return;
    if (!settled || !whole) {
      const told = settled ? refusal : UNAVAILABLE;
      if (!begun && told) return sendRefusal(exchange, told, context.clock.now());
      // The client must see that this is not the whole answer: the connection ends without its last chunk.
      breakOff(raw);
      return;
    }
    begin();
    faultPoint('answered');
    if (upstreamEnded) client.end(Buffer.concat(tail));
    else if (tail.length > 0) client.write(Buffer.concat(tail));
  };

  const lineFor = async (held: StreamNotice, { outcome }: Ending): Promise<string | null> => {
    if (outcome !== 'ok' || raw.destroyed) return null;
    const { text } = reader.replay([...seen(), ...tail]);
    return held.canFollow(delivered, tail, text) ? notices.due(exchange) : null;
  };

  const onEvent = (event: Buffer): void => {
    if (isRefused) return;
    if (!recognised) {
      const verdict = reader.recognises?.(event) ?? null;
      if (verdict === false) return refuse(FOREIGN_ANSWER);
      if (verdict === null && (doubtful.length > 0 || !isSilent(event))) return doubt(event);
      recognised = verdict === true;
      for (const one of doubtful) take(one);
      doubtful = [];
    }
    take(event);
  };
  const doubt = (event: Buffer): void => {
    doubtful.push(event);
    if (doubtful.reduce((sum, { length }) => sum + length, 0) > LARGEST_EVENT) refuse(FOREIGN_ANSWER);
  };
  const take = (event: Buffer): void => {
    if (phase !== 'open') {
      tail.push(event);
      return;
    }
    const isOtherHalf = droppedCr && event.length === 1 && event[0] === LF;
    droppedCr = false;
    if (isOtherHalf) return;
    switch (reader.read(event)) {
      case 'pass':
        if (notice === null) release(event);
        else for (const one of notice.take(event)) release(one);
        break;
      case 'drop':
        droppedCr = event[event.length - 1] === CR;
        break;
      case 'terminal':
        faultPoint('usage_seen');
        tail = [event];
        finish();
    }
  };
  /**
   * Nothing that we cannot meter is delivered. The client gets the error as such, or where the stream has begun, as an
   * event of the dialect that was asked for, and its end.
   */
  const refuse = (refusal: Refusal): void => {
    isRefused = true;
    answer.cancel();
    const ending: Ending = { outcome: 'upstream_error', reported: null, text: null, errorMessage: refusal.message };
    if (!begun) {
      // Comments, if anything.
      outgoing = [];
      return void end(ending, false, refusal);
    }
    const { dialect } = exchange;
    const told =
      dialect.errorEvent?.(refusal, contentType) ?? `data: ${JSON.stringify(dialect.errorBody(refusal))}\n\n`;
    tail = [Buffer.from(told)];
    upstreamEnded = true;
    void end(ending, true);
  };
  const finish = (): void => {
    const ending = happyEnd(reader, seen());
    void end(exchange.clientGone ? { ...ending, outcome: 'client_aborted' } : ending, true);
  };

  const onCut: Cut = (by) => {
    if (phase !== 'open') {
      // Paid already, but nobody reads what the upstream may still send.
      if (by === 'client') answer.cancel();
      return;
    }
    const reported = reader.usage();
    // What waits for the answer before it on the connection was given to nobody.
    const { text, finished, units, tier } = reader.replay(raw.socket === null ? [] : seen());
    const cut = (): void => {
      answer.cancel();
      const usage = reader.usage();
      const outcome = by === 'client' ? 'client_aborted' : 'interrupted';
      const told = reader.tier?.() ?? tier;
      void end({ outcome, reported: usage, text, units, begun: reader.begun?.(), tier: told }, false);
    };
    if (by === 'gateway' || !finished || reported) return cut();
    // The answer is complete: leaving now must not cut its price, so the usage is waited for.
    answer.resume();
    setTimeout(cut, DRAIN_MS).unref();
  };
  exchange.onCut = onCut;

  answer.attach({
    data(bytes) {
      if (isRefused) return;
      if (phase === 'settling') tail.push(bytes);
      else if (phase === 'settled') client.write(bytes);
      else if (
        recognised &&
        splitter.size() === 0 &&
        mayEndHere(bytes) &&
        reader.uninteresting(bytes) &&
        !notice?.mustLook(bytes)
      )
        release(bytes);
      else {
        splitter.push(bytes, onEvent);
        if (tail.length > 0 && !isRefused) tail.push(splitter.take());
        if (splitter.size() <= LARGEST_EVENT) return;
        answer.cancel();
        void end(brokenEnd(reader, seen(), TOO_LARGE.message), false, TOO_LARGE);
      }
    },
    end() {
      const rest = splitter.take();
      if (rest.length > 0) onEvent(rest);
      upstreamEnded = true;
      if (phase === 'settled') client.end();
      else if (phase === 'open' && !recognised) refuse(doubtful.length > 0 ? FOREIGN_ANSWER : BROKEN_ANSWER);
      else finish();
    },
    fail(error) {
      context.log.warn({ err: error, usageId: exchange.id }, 'An upstream broke off its stream');
      upstreamEnded = true;
      if (phase === 'settled') client.end();
      else void end(brokenEnd(reader, seen(), BROKEN_ANSWER.message), false, BROKEN_ANSWER);
    },
  });
}

function happyEnd(reader: StreamReader, delivered: readonly Buffer[]): Ending {
  const reported = reader.usage();
  const told = { ids: reader.ids?.(), tier: reader.tier?.() };
  if (reported) return { outcome: 'ok', reported, text: null, beside: reader.beside?.(), ...told };
  const { text, failed, units, tier = told.tier } = reader.replay(delivered);
  if (failed) return brokenEnd(reader, delivered, 'The upstream reported an error in its stream.');
  return { outcome: 'ok', reported: null, text, units, begun: reader.begun?.(), ...told, tier };
}

/** What was delivered is paid for; where nothing was, nothing is. */
function brokenEnd(reader: StreamReader, delivered: readonly Buffer[], errorMessage: string): Ending {
  const reported = reader.usage();
  const { text, units, tier } = reader.replay(delivered);
  const nothing = text === '' && !units?.count && !reported;
  return {
    outcome: nothing ? 'upstream_error' : 'upstream_broke',
    reported,
    text: nothing ? null : text,
    units,
    begun: reader.begun?.(),
    tier: reader.tier?.() ?? tier,
    errorMessage,
  };
}

function endsWithBlankLine(bytes: Buffer): boolean {
  return bytes[bytes.length - 1] === 0x0a && bytes[bytes.length - 2] === 0x0a;
}
