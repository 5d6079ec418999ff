/** What the mock upstream must know of a wire format beside chat completions, which it thinks in. */
import type { Answer, Progress } from '../chat-answer.ts';
import type { ChatAsk, JsonObject } from '../chat-ask.ts';
import type { StreamItem } from '../chat-stream.ts';
import type { Knobs, Refusal, WireUsage } from '../knobs.ts';
import type { RecordedCall } from '../recorder.ts';

export interface Wire {
  readonly name: 'chat' | 'responses' | 'messages' | 'gemini';
  matches(call: RecordedCall): boolean;
  /** The request as a chat completion would ask it, or the sentence that it is refused with. */
  readAsk(body: JsonObject, call: RecordedCall): ChatAsk | string;
  body(answer: Answer, usage: WireUsage | null, knobs: Knobs): object;
  items(
    answer: Answer,
    ask: ChatAsk,
    knobs: Knobs,
    usageOf: (written: readonly Progress[]) => WireUsage | null,
  ): Generator<StreamItem>;
  /** Whether a stream is one JSON array instead of events. */
  isArray?(call: RecordedCall): boolean;
  /** A refusal in the provider's own shape; by default OpenAI's. */
  errorBody?(refusal: Refusal): object;
}

/** Text of a content in any of the shapes that wires have for it, as parts of a chat message. */
export function chatParts(content: unknown): object[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  return content.map((part: JsonObject) => {
    if (typeof part?.text === 'string') return { type: 'text', text: part.text };
    return part?.type === 'image' || part?.type === 'input_image' || part?.inlineData
      ? { type: 'image_url', image_url: { url: 'x' } }
      : { type: 'other' };
  });
}
