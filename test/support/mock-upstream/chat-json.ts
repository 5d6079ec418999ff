/** A chat completion as one JSON body. */
import type { Answer } from './chat-answer.ts';
import { type Knobs, toldTier, type WireUsage } from './knobs.ts';

export function completionBody(answer: Answer, usage: WireUsage | null, knobs: Knobs): object {
  const body = {
    id: answer.id,
    object: 'chat.completion',
    created: answer.created,
    model: answer.model,
    choices: answer.choices.map((choice, index) => ({
      index,
      message: {
        role: 'assistant',
        content: choice.toolCalls.length > 0 && choice.pieces.length === 0 ? null : choice.pieces.join(''),
        ...(choice.reasoning === '' ? {} : { reasoning_content: choice.reasoning }),
        ...(choice.toolCalls.length === 0 ? {} : { tool_calls: choice.toolCalls.map(wholeToolCall) }),
        refusal: null,
      },
      logprobs: null,
      finish_reason: choice.finishReason,
    })),
    ...toldTier(knobs),
    system_fingerprint: 'fp_mock',
  };
  return knobs.usage === 'missing' ? body : { ...body, usage };
}

function wholeToolCall(tool: { id: string; name: string; arguments: string }): object {
  return { id: tool.id, type: 'function', function: { name: tool.name, arguments: tool.arguments } };
}
