/** Moderations: https://platform.openai.com/docs/api-reference/moderations. They cost nothing, unless somebody reports tokens. */
import { readChatUsage } from './chat-usage.ts';
import { BadRequestError, type Dialect } from './dialect.ts';
import { isObject, optionalText } from './fields.ts';
import { openAiEndpoint } from './openai-endpoint.ts';
import { openAiErrorBody } from './openai-error.ts';
import { modelEdits, NO_GENERATION, NO_TEXT } from './openai-input.ts';
import { neverStreams } from './piece-stream.ts';

/** OpenAI's own, where the client names none. */
const DEFAULT_MODEL = 'omni-moderation-latest';

export const moderationsDialect: Dialect = {
  id: 'moderations',
  ...openAiEndpoint('/moderations', null),
  unnamed: true,
  free: true,
  members: ['model', 'input', 'user'],
  forwardedHeaders: [],
  readRequest(body) {
    if (body.input === undefined || body.input === null) throw new BadRequestError("'input' is needed.", 'input');
    return {
      ...NO_GENERATION,
      model: optionalText(body, 'model') || DEFAULT_MODEL,
      userId: optionalText(body, 'user'),
    };
  },
  edits: modelEdits,
  promptText: () => NO_TEXT,
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
