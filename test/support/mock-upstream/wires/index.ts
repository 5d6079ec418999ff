/** The wires that the mock upstream speaks. */
import type { RecordedCall } from '../recorder.ts';
import { chatWire } from './chat.ts';
import { geminiWire } from './gemini.ts';
import { messagesWire } from './messages.ts';
import { responsesWire } from './responses.ts';
import type { Wire } from './wire.ts';

const WIRES: readonly Wire[] = [chatWire, responsesWire, messagesWire, geminiWire];

/** The wire that a call asks in; null when it asks for no completion. */
export function wireOf(call: RecordedCall): Wire | null {
  if (call.method !== 'POST') return null;
  return WIRES.find((wire) => wire.matches(call)) ?? null;
}
