/** Gemini's generateContent and streamGenerateContent. */
import type { Choice, Progress } from '../chat-answer.ts';
import { isObject, type JsonObject, readChatAsk } from '../chat-ask.ts';
import type { StreamItem } from '../chat-stream.ts';
import type { WireUsage } from '../knobs.ts';
import { chatParts, type Wire } from './wire.ts';

const CALL = /\/models\/([^/]+):(generateContent|streamGenerateContent)$/;
const STATUSES: Readonly<Record<number, string>> = { 400: 'INVALID_ARGUMENT', 429: 'RESOURCE_EXHAUSTED' };

export const geminiWire: Wire = {
  name: 'gemini',
  matches: (call) => CALL.test(call.path),
  readAsk(body, call) {
    const [, model = '', action] = CALL.exec(call.path) ?? [];
    const given = body.generationConfig ?? body.generation_config;
    const config = isObject(given) ? given : {};
    return readChatAsk({
      model: decodeURIComponent(model),
      messages: chatMessages(body),
      stream: action === 'streamGenerateContent',
      max_tokens: config.maxOutputTokens ?? config.max_output_tokens,
      n: config.candidateCount,
      tools: chatTools(body.tools),
    });
  },
  body: (answer, usage, knobs) => ({
    candidates: answer.choices.map((choice, index) => ({
      content: { parts: partsOf(choice), role: 'model' },
      finishReason: reasonOf(choice),
      index,
    })),
    ...(knobs.usage === 'missing' ? {} : { usageMetadata: usage && ownUsage(usage) }),
    modelVersion: answer.model,
    responseId: answer.id,
  }),
  *items(answer, _ask, knobs, usageOf): Generator<StreamItem> {
    const written = answer.choices.map((): Progress => ({ reasoning: '', text: '', tools: '' }));
    const told = knobs.usage !== 'missing';
    const chunk = (candidates: object[]) => {
      const usage = usageOf(written);
      const own = told ? { usageMetadata: usage && ownUsage(usage) } : {};
      return { candidates, ...own, modelVersion: answer.model, responseId: answer.id };
    };
    let number = 0;
    for (const [index, choice] of answer.choices.entries()) {
      for (const { part, adds } of piecesOf(choice)) {
        const progress = written[index];
        if (progress) for (const [key, text] of Object.entries(adds)) progress[key as keyof Progress] += text;
        const data = chunk([{ content: { parts: [part], role: 'model' }, index }]);
        yield { point: `chunk:${number++}`, data, choice: index, adds };
      }
    }
    yield { point: 'finish', data: null };
    const last = answer.choices.map((choice, index) => ({
      content: { parts: [{ text: '' }], role: 'model' },
      finishReason: reasonOf(choice),
      index,
    }));
    const usage = usageOf(written);
    yield { point: 'usage', data: chunk(last), ...(told && usage ? { usage } : {}) };
    yield { point: 'done', data: null };
  },
  isArray: (call) => !/[?&]alt=sse(&|$)/.test(call.query),
  errorBody: ({ status, message = 'The server had an error.' }) => ({
    error: { code: status, message, status: STATUSES[status] ?? 'INTERNAL' },
  }),
};

function reasonOf({ finishReason }: Choice): string {
  return finishReason === 'length' ? 'MAX_TOKENS' : 'STOP';
}

function piecesOf(choice: Choice): { part: object; adds: Partial<Progress> }[] {
  const { reasoning } = choice;
  const thought = reasoning === '' ? [] : [{ part: { text: reasoning, thought: true }, adds: { reasoning } }];
  const said = choice.pieces.map((text) => ({ part: { text }, adds: { text } }));
  const called = choice.toolCalls.map(({ name, arguments: given }) => ({
    part: { functionCall: { name, args: JSON.parse(given) } },
    adds: { tools: name + given },
  }));
  return [...thought, ...said, ...called];
}

function partsOf(choice: Choice): object[] {
  const pieces = piecesOf({ ...choice, pieces: choice.pieces.length > 0 ? [choice.pieces.join('')] : [] });
  return pieces.map(({ part }) => part);
}

function ownUsage(usage: WireUsage): object {
  const thoughts = usage.completion_tokens_details?.reasoning_tokens ?? 0;
  const completion = usage.completion_tokens;
  return {
    promptTokenCount: usage.prompt_tokens,
    candidatesTokenCount: typeof completion === 'number' ? completion - thoughts : completion,
    totalTokenCount: usage.total_tokens,
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
    cachedContentTokenCount: usage.prompt_tokens_details?.cached_tokens ?? null,
  };
}

function chatMessages(body: JsonObject): object[] {
  const system = body.systemInstruction ?? body.system_instruction;
  const said = isObject(system) ? [{ role: 'system', content: chatParts(system.parts) }] : [];
  const contents = Array.isArray(body.contents) ? body.contents.filter(isObject) : [];
  return [...said, ...contents.map(({ role, parts }) => ({ role, content: chatParts(parts) }))];
}

function chatTools(tools: unknown): object[] {
  const given = Array.isArray(tools) ? tools.filter(isObject) : [];
  const declared = given.flatMap((tool) => tool.functionDeclarations ?? []);
  return declared.map((tool) => ({ type: 'function', function: tool }));
}
