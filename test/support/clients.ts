/** The raw client of scripts: OpenAI's own package, set up as its documentation says. */
import OpenAI from 'openai';

/** Where a client is pointed to and what it shows there. */
export interface Endpoint {
  /** With `/v1`. */
  baseUrl: string;
  key: string;
  headers?: Record<string, string>;
}

/** What a person behind a script sees when a call fails. */
export interface Failure {
  name: string;
  message: string;
  status: number | null;
  code: string | null;
}

/** A client with everything at its defaults, its two silent retries included. */
export function openaiClient(endpoint: Endpoint): OpenAI {
  return new OpenAI({
    apiKey: endpoint.key,
    baseURL: endpoint.baseUrl,
    defaultHeaders: endpoint.headers ?? {},
    organization: null,
    project: null,
  });
}

/** One streamed answer, put together. Rejects as the client does. */
export async function streamedText(
  client: OpenAI,
  request: Omit<OpenAI.ChatCompletionCreateParamsStreaming, 'stream'>,
): Promise<{ text: string; usage: OpenAI.CompletionUsage | null; chunks: number }> {
  const stream = await client.chat.completions.create({ ...request, stream: true });
  const read = { text: '', usage: null as OpenAI.CompletionUsage | null, chunks: 0 };
  for await (const chunk of stream) {
    read.chunks += 1;
    read.text += chunk.choices[0]?.delta.content ?? '';
    read.usage = chunk.usage ?? read.usage;
  }
  return read;
}

/** Waits for a call that must fail, and says how it failed. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const result = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ('answer' in result) throw new Error(`It was answered instead: ${JSON.stringify(result.answer)}`);
  const error = result.error;
  if (!(error instanceof Error)) throw new Error(`Something was thrown that is no error: ${String(error)}`);
  const { status, code } = error as { status?: unknown; code?: unknown };
  return {
    name: error.constructor.name,
    message: error.message,
    status: typeof status === 'number' ? status : null,
    code: typeof code === 'string' ? code : null,
  };
}
