/** Answers a recorded call: a completion in one of its two forms, the list of models, or a refusal. */
import type { ServerResponse } from 'node:http';
import { isReadable } from './body-encoding.ts';
import { isChat } from './call.ts';
import { type Answer, composeAnswer, countUsage, type Progress, wholeProgress, wireFigures } from './chat-answer.ts';
import { type ChatAsk, readChatAsk } from './chat-ask.ts';
import { completionBody } from './chat-json.ts';
import { addTo, streamItems } from './chat-stream.ts';
import { AnswerOver, createExchange, type Exchange } from './exchange.ts';
import type { Knobs, Refusal } from './knobs.ts';
import { providerHeaders } from './provider-headers.ts';
import type { RecordedCall } from './recorder.ts';
import { fieldRefusal, refusalBody } from './refusals.ts';
import { eventText, jsonText } from './sse-wire.ts';
import type { TokenCounter } from './token-count.ts';

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream; charset=utf-8';
const DEFAULT_MODELS = ['gpt-4o-mini', 'gpt-4o', 'gpt-4.1-mini'];

/** Resolves when there is nothing more to send; never rejects because of a client that left. */
export async function answerCall(
  response: ServerResponse,
  call: RecordedCall,
  knobs: Knobs,
  counterOf: (model: string) => TokenCounter,
  gone: Promise<void>,
): Promise<void> {
  // A body that is shorter than declared ends with its connection.
  const fault: Knobs['fault'] = knobs.missingBytes ? { at: 'end', how: 'close' } : knobs.fault;
  const exchange = createExchange(response, call, { ...knobs, fault }, gone);
  try {
    const refusal = refusalFor(call, knobs);
    if (refusal !== null) await sendRefusal(exchange, call, knobs, refusal);
    else if (call.chat === null) await sendModels(exchange, call, knobs);
    else await sendCompletion(exchange, call, call.chat, knobs, counterOf(call.chat.model));
  } catch (error) {
    if (!(error instanceof AnswerOver)) throw error;
  }
}

/** Refuses before the body was read, and closes: what a proxy does to an upload that it does not want. */
export function answerEarly(response: ServerResponse, call: RecordedCall, refusal: Refusal): void {
  const { body, contentType } = refusalBody(refusal);
  call.statusCode = refusal.status;
  response.writeHead(refusal.status, { 'content-type': contentType, connection: 'close', ...refusal.headers });
  response.end(body);
}

function refusalFor(call: RecordedCall, knobs: Knobs): Refusal | null {
  if (knobs.refuse !== undefined) return knobs.refuse;
  const field = fieldRefusal(call.body, knobs.refuseFields ?? []);
  if (field !== null) return field;
  if (isChat(call)) {
    const ask = readChatAsk(call.body);
    return typeof ask === 'string' ? { status: 400, message: ask } : null;
  }
  if (call.method === 'GET' && call.path.endsWith('/models')) return null;
  return { status: 404, message: `Invalid URL (${call.method} ${call.path})` };
}

async function sendRefusal(exchange: Exchange, call: RecordedCall, knobs: Knobs, refusal: Refusal): Promise<void> {
  const { body, contentType } = refusalBody(refusal);
  await sendBody(exchange, call, knobs, body, contentType, refusal.status, refusal.headers);
}

async function sendModels(exchange: Exchange, call: RecordedCall, knobs: Knobs): Promise<void> {
  const ids = knobs.models ?? DEFAULT_MODELS;
  const data = ids.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'mock' }));
  await sendBody(exchange, call, knobs, knobs.body ?? jsonText({ object: 'list', data }, knobs), JSON_TYPE);
}

async function sendCompletion(
  exchange: Exchange,
  call: RecordedCall,
  ask: ChatAsk,
  knobs: Knobs,
  counter: TokenCounter,
): Promise<void> {
  const answer = composeAnswer(call, ask, knobs, counter);
  const format = knobs.format ?? 'asked';
  const streamed = format === 'asked' ? ask.stream : format === 'sse';
  if (streamed && knobs.body === undefined) return sendStream(exchange, call, ask, answer, knobs, counter);

  const written = knobs.body === undefined ? answer.choices.map(wholeProgress) : [];
  call.counted = () => countUsage(ask, written, knobs, counter);
  const usage = knobs.body === undefined ? wireFigures(call.counted(), knobs) : null;
  const body = knobs.body ?? jsonText(completionBody(answer, usage, knobs), knobs);
  await sendBody(exchange, call, knobs, body, streamed ? STREAM_TYPE : JSON_TYPE);
  call.textWritten = written.map(({ text, tools }) => text + tools).join('');
  if (knobs.usage !== 'missing' && isReadable(knobs.encoding)) call.wireUsage = usage;
}

async function sendBody(
  exchange: Exchange,
  call: RecordedCall,
  knobs: Knobs,
  body: string | Buffer,
  contentType: string,
  status = 200,
  headers: Record<string, string | string[]> = {},
): Promise<void> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const isPlain = (knobs.encoding ?? 'identity') === 'identity' && knobs.fault?.how !== 'stop' && !knobs.insert;
  const length = bytes.length + (knobs.missingBytes ?? 0);
  await exchange.at('headers');
  exchange.head(status, {
    ...providerHeaders(call.index),
    'content-type': knobs.contentType ?? contentType,
    ...(isPlain ? { 'content-length': String(length) } : {}),
    ...headers,
    ...knobs.headers,
  });
  await exchange.at('first-byte');
  await exchange.send(bytes, 0);
  await exchange.at('end');
  await exchange.end();
}

async function sendStream(
  exchange: Exchange,
  call: RecordedCall,
  ask: ChatAsk,
  answer: Answer,
  knobs: Knobs,
  counter: TokenCounter,
): Promise<void> {
  const written = answer.choices.map((): Progress => ({ reasoning: '', text: '', tools: '' }));
  call.counted = () => countUsage(ask, written, knobs, counter);
  const usageOf = (progress: readonly Progress[]) => wireFigures(countUsage(ask, progress, knobs, counter), knobs);

  await exchange.at('headers');
  const type = { 'content-type': knobs.contentType ?? STREAM_TYPE, 'cache-control': 'no-cache' };
  exchange.head(200, { ...providerHeaders(call.index), ...type, ...knobs.headers });
  await exchange.at('first-byte');
  let number = 0;
  for (const item of streamItems(answer, ask, knobs, usageOf)) {
    if (item.point !== null) await exchange.at(item.point);
    if (item.data === null) continue;
    const chunk = item.adds === undefined ? null : call.contentChunks;
    await exchange.send(eventText(item.data, number, knobs), chunk);
    number += 1;
    if (item.usage !== undefined && isReadable(knobs.encoding)) call.wireUsage = item.usage;
    const progress = written[item.choice ?? 0];
    if (item.adds === undefined || progress === undefined) continue;
    call.contentChunks += 1;
    call.textWritten += (item.adds.text ?? '') + (item.adds.tools ?? '');
    addTo(progress, item.adds);
  }
  await exchange.at('end');
  await exchange.end();
}
