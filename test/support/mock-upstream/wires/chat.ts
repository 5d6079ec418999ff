/** OpenAI's chat completions, which the mock thinks in. */
import { readChatAsk } from '../chat-ask.ts';
import { completionBody } from '../chat-json.ts';
import { streamItems } from '../chat-stream.ts';
import type { Wire } from './wire.ts';

export const chatWire: Wire = {
  name: 'chat',
  matches: (call) => call.path.endsWith('/chat/completions'),
  readAsk(body, call) {
    const [, deployment] = /\/deployments\/([^/]+)\//.exec(call.path) ?? [];
    return readChatAsk(deployment === undefined ? body : { ...body, model: decodeURIComponent(deployment) });
  },
  body: completionBody,
  items: streamItems,
};
