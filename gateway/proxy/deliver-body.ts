/** Answers that are one body: gathered whole, settled, then sent, so that nothing leaves before it is paid. */
import type { GatewayContext } from '../context.ts';
import { sendRefusal, sendWhole, upstreamHeaders, withMeterHeaders } from './client-reply.ts';
import { hangUp } from './client-stream.ts';
import type { Refusal, Units } from './dialects/dialect.ts';
import { isObject, parseJson } from './dialects/fields.ts';
import type { Cut, Exchange } from './exchange.ts';
import type { ChatNotices } from './notice/chat-notices.ts';
import { BROKEN_ANSWER, FOREIGN_ANSWER, UNAVAILABLE } from './refusal.ts';
import type { Ending, Settler } from './settle.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';

const TOO_LARGE = 'The upstream sent an answer that is too large.';

export interface DeliverParts {
  readonly context: GatewayContext;
  readonly settler: Settler;
  readonly notices: ChatNotices;
}

/** Reads the answer to its end, settles it and sends it on, byte for byte. */
export function deliverBody(
  { context, settler, notices }: DeliverParts,
  exchange: Exchange,
  answer: UpstreamAnswer,
): void {
  const { reply, dialect } = exchange;
  const limit = context.settings.current().bodyLimit;
  const parts: Buffer[] = [];
  let size = 0;

  const conclude = async (ending: Ending, send: () => void): Promise<void> => {
    try {
      await settler.settle(exchange, ending);
    } catch {
      return sendRefusal(exchange, UNAVAILABLE, context.clock.now());
    }
    send();
  };
  const fail = (refusal: Refusal, outcome: Ending['outcome']): void => {
    void conclude({ outcome, reported: null, text: null, errorMessage: refusal.message }, () =>
      sendRefusal(exchange, refusal, context.clock.now()),
    );
  };
  const sendOn = (body: Buffer | string): void => {
    const headers = withMeterHeaders(exchange, upstreamHeaders(exchange), context.clock.now());
    sendWhole(reply, answer.statusCode, headers, body);
  };
  const pass = (ending: Ending, body: Buffer): void => {
    void conclude(ending, () => sendOn(body));
  };
  /** A finished answer, which may tell its user of the share used. */
  const passAnswer = (ending: Ending, body: Buffer, json: unknown, text: string): void => {
    if (!context.settings.current().notices.inChat) return pass(ending, body);
    void conclude(ending, () => void notices.intoBody(exchange, json, text).then((told) => sendOn(told ?? body)));
  };

  const onCut: Cut = (by) => {
    answer.cancel();
    // Nothing of the answer was delivered, but the prompt was read, unless the upstream refused it.
    const text = answer.mayHaveRead ? '' : null;
    const outcome = by === 'client' ? 'client_aborted' : 'interrupted';
    void settler.settle(exchange, { outcome, reported: null, text }).catch(() => undefined);
    hangUp(reply.raw);
  };
  exchange.onCut = onCut;
  answer.attach({
    data(bytes) {
      exchange.firstByteAt ??= context.clock.now();
      parts.push(bytes);
      size += bytes.length;
      if (size <= limit) return;
      answer.cancel();
      fail({ statusCode: 502, code: 'upstream_error', message: TOO_LARGE }, 'upstream_broke');
    },
    end() {
      const body = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, size);
      finish(body);
    },
    fail(error) {
      fail(BROKEN_ANSWER, 'upstream_broke');
      context.log.warn({ err: error, usageId: exchange.id }, 'An upstream broke off its answer');
    },
  });

  function finish(body: Buffer): void {
    const { statusCode } = answer;
    const json = parseJson(body.toString('utf8').replace(/^\uFEFF/, ''));
    if (statusCode >= 300) {
      const replacement = replacedError(statusCode, json);
      if (replacement) return fail(replacement, 'upstream_error');
      return pass(
        { outcome: 'upstream_error', reported: null, text: null, errorMessage: `upstream status ${statusCode}` },
        body,
      );
    }
    const type = String(answer.headers['content-type'] ?? '');
    if (json === undefined && !dialect.readPlainAnswer) {
      return fail(
        { statusCode: 502, code: 'upstream_error', message: 'The upstream answered with something that is not JSON.' },
        'upstream_broke',
      );
    }
    // Plain text may look like JSON: the words of a recording are a number, or `true`.
    const { usage, text, failed, foreign, units, leastUnits, beside, ids, tier } =
      !isObject(json) && dialect.readPlainAnswer
        ? dialect.readPlainAnswer(body.toString('utf8'), type)
        : dialect.readAnswer(json);
    if (failed)
      return pass(
        { outcome: 'upstream_error', reported: usage, text: null, tier, errorMessage: 'error in a 200 answer' },
        body,
      );
    // Nothing that we cannot meter is delivered.
    if (foreign) return fail(FOREIGN_ANSWER, 'upstream_error');
    const counted = units ?? more(leastUnits, exchange.facts.units);
    passAnswer({ outcome: 'ok', reported: usage, text, units: counted, beside, ids, tier }, body, json, text);
  }
}

function more(least: Units | undefined, asked: Units | undefined): Units | undefined {
  return least && least.count > (asked?.count ?? 0) ? least : undefined;
}

/** Errors that must not reach the client as they are, because they speak of our side or cannot be read. */
function replacedError(statusCode: number, json: unknown): Refusal | null {
  if (statusCode < 400) {
    return {
      statusCode: 502,
      code: 'upstream_redirect',
      message: 'The upstream redirects instead of answering. Its base URL is probably wrong.',
    };
  }
  if (statusCode === 401 || isGoogleKeyRefusal(json)) {
    return {
      statusCode: 502,
      code: 'upstream_credentials',
      message: "The upstream refused the gateway's credentials. Please tell the administrator.",
    };
  }
  if (json === undefined) {
    return {
      statusCode,
      code: 'upstream_error',
      message: `The upstream answered with status ${statusCode} and no readable error.`,
    };
  }
  return null;
}

/** Google answers 400 to a key that it does not know. */
function isGoogleKeyRefusal(json: unknown): boolean {
  const [answer] = Array.isArray(json) ? json : [json];
  const details = isObject(answer) && isObject(answer.error) ? answer.error.details : null;
  return Array.isArray(details) && details.some((detail) => isObject(detail) && detail.reason === 'API_KEY_INVALID');
}
