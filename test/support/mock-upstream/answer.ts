/** Answers a recorded call: a completion in one of its two forms, the list of models, or a refusal. */
import type { ServerResponse } from 'node:http';
import { isReadable } from './body-encoding.ts';
import { type Answer, composeAnswer, countUsage, type Progress, wholeProgress, wireFigures } from './chat-answer.ts';
import type { ChatAsk } from './chat-ask.ts';
import { addTo } from './chat-stream.ts';
import { AnswerOver, createExchange, type Exchange } from './exchange.ts';
import type { Knobs, Refusal } from './knobs.ts';
import { providerHeaders } from './provider-headers.ts';
import type { RecordedCall } from './recorder.ts';
import { fieldRefusal, refusalBody } from './refusals.ts';
import { eventText, jsonText } from './sse-wire.ts';
import type { TokenCounter } from './token-count.ts';
import { wireOf } from './wires/index.ts';
import { messagesAsk } from './wires/messages.ts';
import type { Wire } from './wires/wire.ts';

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream; charset=utf-8';
const COUNT_PATH = '/messages/count_tokens';
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
    const wire = wireOf(call);
    if (refusal !== null) await sendRefusal(exchange, call, knobs, refusal);
    else if (call.chat !== null && wire) {
      await sendCompletion(exchange, call, wire, call.chat, knobs, counterOf(call.chat.model));
    } else if (call.path.endsWith(COUNT_PATH)) await sendCount(exchange, call, knobs, counterOf);
    else if (call.method === 'POST' && knobs.body !== undefined) {
      await sendBody(exchange, call, knobs, knobs.body, JSON_TYPE);
    } else await sendModels(exchange, call, knobs);
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
  const wire = wireOf(call);
  if (wire) {
    const ask = wire.readAsk(call.body, call);
    return typeof ask === 'string' ? { status: 400, message: ask } : null;
  }
  if (call.method === 'POST' && (call.path.endsWith(COUNT_PATH) || knobs.body !== undefined)) return null;
  if (call.method === 'GET' && call.path.endsWith('/models')) return null;
  return { status: 404, message: `Invalid URL (${call.method} ${call.path})` };
}

async function sendRefusal(exchange: Exchange, call: RecordedCall, knobs: Knobs, refusal: Refusal): Promise<void> {
  const { body, contentType } = refusalBody(refusal, wireOf(call)?.errorBody?.(refusal));
  await sendBody(exchange, call, knobs, body, contentType, refusal.status, refusal.headers);
}

async function sendModels(exchange: Exchange, call: RecordedCall, knobs: Knobs): Promise<void> {
  const ids = knobs.models ?? DEFAULT_MODELS;
  const data = ids.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'mock' }));
  await sendBody(exchange, call, knobs, knobs.body ?? jsonText({ object: 'list', data }, knobs), JSON_TYPE);
}

async function sendCount(
  exchange: Exchange,
  call: RecordedCall,
  knobs: Knobs,
  counterOf: (model: string) => TokenCounter,
): Promise<void> {
  const ask = messagesAsk(call.body);
  const tokens = typeof ask === 'string' ? 0 : counterOf(ask.model).prompt(ask);
  await sendBody(exchange, call, knobs, knobs.body ?? jsonText({ input_tokens: tokens }, knobs), JSON_TYPE);
}

async function sendCompletion(
  exchange: Exchange,
  call: RecordedCall,
  wire: Wire,
  ask: ChatAsk,
  knobs: Knobs,
  counter: TokenCounter,
): Promise<void> {
  const answer = composeAnswer(call, ask, knobs, counter);
  const format = knobs.format ?? 'asked';
  const streamed = format === 'asked' ? ask.stream : format === 'sse';
  if (streamed && knobs.body === undefined) return sendStream(exchange, call, wire, ask, answer, knobs, counter);

  const written = knobs.body === undefined ? answer.choices.map(wholeProgress) : [];
  call.counted = () => countUsage(ask, written, knobs, counter);
  const usage = knobs.body === undefined ? wireFigures(call.counted(), knobs) : null;
  const body = knobs.body ?? jsonText(wire.body(answer, usage, knobs), knobs);
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
  wire: Wire,
  ask: ChatAsk,
  answer: Answer,
  knobs: Knobs,
  counter: TokenCounter,
): Promise<void> {
  const written = answer.choices.map((): Progress => ({ reasoning: '', text: '', tools: '' }));
  call.counted = () => countUsage(ask, written, knobs, counter);
  const usageOf = (progress: readonly Progress[]) => wireFigures(countUsage(ask, progress, knobs, counter), knobs);

  await exchange.at('headers');
  const isArray = wire.isArray?.(call) ?? false;
  const ownType = isArray ? JSON_TYPE : STREAM_TYPE;
  const type = { 'content-type': knobs.contentType ?? ownType, 'cache-control': 'no-cache' };
  exchange.head(200, { ...providerHeaders(call.index), ...type, ...knobs.headers });
  await exchange.at('first-byte');
  let number = 0;
  for (const item of wire.items(answer, ask, knobs, usageOf)) {
    if (item.point !== null) await exchange.at(item.point);
    if (item.data === null) continue;
    const chunk = item.adds === undefined ? null : call.contentChunks;
    const text = isArray
      ? `${number === 0 ? '[' : ',\r\n'}${jsonText(item.data as object, knobs)}`
      : eventText(item.data, number, knobs, item.event);
    await exchange.send(text, chunk);
    number += 1;
    if (item.usage !== undefined && isReadable(knobs.encoding)) call.wireUsage = item.usage;
    const progress = written[item.choice ?? 0];
    if (item.adds === undefined || progress === undefined) continue;
    call.contentChunks += 1;
    call.textWritten += (item.adds.text ?? '') + (item.adds.tools ?? '');
    addTo(progress, item.adds);
  }
  if (isArray) await exchange.send(']', null);
  await exchange.at('end');
  await exchange.end();
}
