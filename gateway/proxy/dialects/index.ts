/** All wire dialects that the gateway serves. */
import { chatDialect } from './chat.ts';
import type { Dialect } from './dialect.ts';

export const DIALECTS: readonly Dialect[] = [chatDialect];
