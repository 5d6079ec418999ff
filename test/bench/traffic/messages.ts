/** What the bench sends and what the mock upstream answers: fixed bytes, made once. */

/** What every answer of the mock reports. */
export const USAGE = { prompt_tokens: 118, completion_tokens: 100, total_tokens: 218 };
export const STREAM_CHUNKS = 100;
export const PACED_CHUNKS = 20;
export const PACED_GAP_MS = 5;

/** Models decide what the mock does, so that a proxy cannot tell the lanes apart by path. */
export const MODEL = 'gpt-4o-mini';
export const PACED_MODEL = 'gpt-4o-mini-2024-07-18';

const CREATED = 1_700_000_000;
const ANSWER = 'The quick brown fox jumps over the lazy dog near the river bank. ';
export const ANSWER_TEXT = ANSWER.repeat(9).trim();
const QUESTION = 'Explain in a few sentences how the tide follows the moon, and why there are two tides a day. ';

/** The body of a JSON answer, about 1 kB. */
export function jsonAnswer(): string {
  return JSON.stringify({
    id: 'chatcmpl-bench0000000000000000000',
    object: 'chat.completion',
    created: CREATED,
    model: MODEL,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: ANSWER_TEXT, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: USAGE,
    system_fingerprint: 'fp_bench',
  });
}

function chunk(choices: readonly object[], usage?: object): string {
  const body = {
    id: 'chatcmpl-bench0000000000000000000',
    object: 'chat.completion.chunk',
    created: CREATED,
    model: MODEL,
  };
  return `data: ${JSON.stringify({ ...body, system_fingerprint: 'fp_bench', choices, ...(usage ? { usage } : {}) })}\n\n`;
}

function delta(content: string): string {
  return chunk([{ index: 0, delta: { content }, logprobs: null, finish_reason: null }]);
}

/** All that a client that did not ask for usage receives. */
export function streamAnswer(): string {
  return [...streamEvents(), DONE_EVENT].join('');
}

/** The events of a streamed answer without usage and `[DONE]`: a role, words, a finish reason. */
export function streamEvents(): string[] {
  const role = chunk([{ index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }]);
  const finish = chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }]);
  const words = Array.from({ length: STREAM_CHUNKS - 2 }, (_, index) => delta(` word${index}`));
  return [role, ...words, finish];
}

/** What follows the usage chunk, or the finish reason where usage was not asked for. */
export const DONE_EVENT = 'data: [DONE]\n\n';

export function usageEvent(): string {
  return chunk([], USAGE);
}

/** An event whose text is the microsecond at which it is sent, in 16 digits. */
export function stampEvent(micros: number): string {
  return delta(String(micros).padStart(16, '0'));
}

/** Microseconds of a clock that all processes of this machine share. */
export function sharedMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

export interface RequestShape {
  key: string;
  /** Which of the bench's people asks. */
  person: number;
  streamed: boolean;
  model?: string;
  /** Another wire than chat completions. */
  wire?: { path: string; body(prompt: string, streamed: boolean): object };
}

export function emailOf(person: number): string {
  return `person${String(person).padStart(3, '0')}@example.com`;
}

/** One request as LibreChat would send it, about 500 bytes of body. */
export function requestBytes(shape: RequestShape): string {
  const prompt = QUESTION.repeat(3).trim();
  const body = JSON.stringify(
    shape.wire?.body(prompt, shape.streamed) ?? {
      model: shape.model ?? MODEL,
      messages: [
        { role: 'system', content: 'You are a helpful assistant. Answer briefly.' },
        { role: 'user', content: prompt },
      ],
      user: (0x65f0c0ffee + shape.person).toString(16).padStart(24, '0'),
      temperature: 0.7,
      ...(shape.streamed ? { stream: true } : {}),
    },
  );
  return [
    `POST ${shape.wire?.path ?? '/v1/chat/completions'} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${shape.key}`,
    `X-User-Email: ${emailOf(shape.person)}`,
    'Content-Type: application/json',
    'Accept: application/json',
    'User-Agent: bench/1.0',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
