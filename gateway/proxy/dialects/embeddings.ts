/** Embeddings: https://platform.openai.com/docs/api-reference/embeddings */
import { readChatUsage } from './chat-usage.ts';
import type { Dialect } from './dialect.ts';
import { isObject, optionalText } from './fields.ts';
import { openAiEndpoint, openAiModel } from './openai-endpoint.ts';
import { openAiErrorBody } from './openai-error.ts';
import { modelEdits, NO_GENERATION, readInput } from './openai-input.ts';
import { neverStreams } from './piece-stream.ts';

export const embeddingsDialect: Dialect = {
  id: 'embeddings',
  ...openAiEndpoint('/embeddings', { deployments: true, apiVersion: '2024-10-21' }),
  unnamed: true,
  members: ['model', 'input', 'user'],
  forwardedHeaders: [],
  readRequest(body, target) {
    readInput(body.input, 'input');
    return { ...NO_GENERATION, model: openAiModel(body, target), userId: optionalText(body, 'user') };
  },
  edits: modelEdits,
  promptText(body) {
    const { texts, tokens } = readInput(body.input, 'input');
    return { texts, overheadTokens: tokens };
  },
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    const vectors = Array.isArray(answer.data) ? answer.data : null;
    return {
      usage: readChatUsage(answer.usage),
      text: '',
      failed: !vectors && isObject(answer.error),
      foreign: !vectors?.every((one) => isObject(one) && 'embedding' in one),
    };
  },
  isStream: () => false,
  openStream: neverStreams,
  errorBody: openAiErrorBody,
  assistantMessage: () => null,
};
