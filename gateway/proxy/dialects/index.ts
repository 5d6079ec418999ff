/** All wire dialects that the gateway serves. */
import { chatDialect } from './chat.ts';
import { countTokensDialect } from './count-tokens.ts';
import type { Dialect } from './dialect.ts';
import { geminiDialect } from './gemini.ts';
import { messagesDialect } from './messages.ts';
import { responsesDialect } from './responses.ts';

export const DIALECTS: readonly Dialect[] = [
  chatDialect,
  responsesDialect,
  messagesDialect,
  countTokensDialect,
  geminiDialect,
];
