/** All wire dialects that the gateway serves. */
import { audioDialects } from './audio.ts';
import { chatDialect } from './chat.ts';
import { completionsDialect } from './completions.ts';
import { countTokensDialect } from './count-tokens.ts';
import type { Dialect } from './dialect.ts';
import { embeddingsDialect } from './embeddings.ts';
import { geminiDialect } from './gemini.ts';
import { imageDialects } from './images.ts';
import { messagesDialect } from './messages.ts';
import { moderationsDialect } from './moderations.ts';
import { responsesDialect } from './responses.ts';

export const DIALECTS: readonly Dialect[] = [
  chatDialect,
  responsesDialect,
  messagesDialect,
  countTokensDialect,
  geminiDialect,
  completionsDialect,
  embeddingsDialect,
  moderationsDialect,
  ...imageDialects,
  ...audioDialects,
];
