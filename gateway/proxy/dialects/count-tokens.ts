/** Counting the tokens of Anthropic's messages: costs nothing, but is nobody's business without a name. */
import type { Dialect } from './dialect.ts';
import { isObject } from './fields.ts';
import { anthropicEndpoint, messagesDialect, readMessages } from './messages.ts';

const NOTHING = { promptTokens: 0, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0, totalTokens: 0 };

export const countTokensDialect: Dialect = {
  id: 'count-tokens',
  ...anthropicEndpoint('/messages/count_tokens'),
  free: true,
  members: messagesDialect.members,
  readRequest: (body) => ({
    ...readMessages(body),
    stream: false,
    outputLimit: 0,
    choices: 1,
    wantsUsage: true,
  }),
  edits: (body, { model }) => (model === body.model ? [] : [{ key: 'model', value: model }]),
  promptText: () => ({ texts: [], overheadTokens: 0 }),
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    const failed = isObject(answer.error);
    return { usage: NOTHING, text: '', failed, foreign: typeof answer.input_tokens !== 'number' };
  },
  isStream: () => false,
  openStream: messagesDialect.openStream,
  assistantMessage: () => null,
};
