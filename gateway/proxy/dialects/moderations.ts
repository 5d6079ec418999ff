/**
 * Moderations: https://platform.openai.com/docs/api-reference/moderations. OpenAI's own cost nothing. Others report tokens:
 * those are reserved and charged.
 */
import { readChatUsage } from './chat-usage.ts';
import { BadRequestError, type Dialect } from './dialect.ts';
import { isObject, optionalText } from './fields.ts';
import { openAiEndpoint } from './openai-endpoint.ts';
import { openAiErrorBody } from './openai-error.ts';
import { modelEdits, NO_GENERATION } from './openai-input.ts';
import { neverStreams } from './piece-stream.ts';

/** OpenAI's own, where the client names none. */
const DEFAULT_MODEL = 'omni-moderation-latest';
const FREE_MODEL = /^(omni|text)-moderation/;

export const moderationsDialect: Dialect = {
  id: 'moderations',
  ...openAiEndpoint('/moderations', null),
  unnamed: true,
  free: true,
  members: ['model', 'input', 'user'],
  forwardedHeaders: [],
  readRequest(body) {
    if (body.input === undefined || body.input === null) throw new BadRequestError("'input' is needed.", 'input');
    const model = optionalText(body, 'model') || DEFAULT_MODEL;
    return {
      ...NO_GENERATION,
      model,
      mayBeBilled: !FREE_MODEL.test(model),
      userId: optionalText(body, 'user'),
    };
  },
  edits: modelEdits,
  promptText: ({ input }) => ({
    texts: [typeof input === 'string' ? input : JSON.stringify(input)],
    overheadTokens: 0,
  }),
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    const isJudged = Array.isArray(answer.results);
    const failed = !isJudged && isObject(answer.error);
    return { usage: readChatUsage(answer.usage), text: '', failed, foreign: !isJudged };
  },
  isStream: () => false,
  openStream: neverStreams,
  errorBody: openAiErrorBody,
  assistantMessage: () => null,
};
