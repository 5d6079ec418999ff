/** Pure: what `solaris-echo` reads in a request, and what it answers. One word is one token. */
import { z } from 'zod';
import { ECHO_MAXIMUM_OUTPUT } from '../proxy/model-facts.ts';

const limit = z.int().min(1).nullish();
const content = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  z.null(),
]);

/** The part of a chat completion request that the echo heeds. */
export const echoRequest = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: content.optional() })).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: limit,
  max_completion_tokens: limit,
  n: z.int().min(1).max(16).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
});
export type EchoRequest = z.infer<typeof echoRequest>;
type Message = EchoRequest['messages'][number];

export interface EchoUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

export interface EchoAnswer {
  /** The text in pieces of one word each, with the white space after it. */
  readonly pieces: readonly string[];
  readonly finishReason: 'stop' | 'length';
  readonly usage: EchoUsage;
}

const LONGEST_QUOTE = 200;
const PORTUGUESE =
  /[ãõç]|(?<!\p{L})(você|voce|não|nao|olá|oi|bom dia|boa tarde|boa noite|obrigad[oa]|por favor|como|que|para|uma)(?!\p{L})/iu;
const TITLE_WISH = /\btitle\b|\btítulo\b/i;
const TITLE_SUBJECT = /(?:^|\n)\s*(?:user|human|usuário)\s*:\s*(.+)/i;

/**
 * Answers kindly: repeats what was said last and tells what it is, in the language of the message; asked for a title,
 * gives one. The same request always has the same answer.
 */
export function echoAnswer(request: EchoRequest, acceptLanguage: string): EchoAnswer {
  const said = textOf(request.messages.findLast((message) => message.role === 'user'));
  const stops = [request.stop ?? []].flat().filter((stop) => stop !== '');
  const pieces = untilStop(title(said) ?? sentence(said, acceptLanguage), stops).match(/\S+\s*/g) ?? [];
  const most = Math.min(request.max_tokens ?? Infinity, request.max_completion_tokens ?? Infinity, ECHO_MAXIMUM_OUTPUT);
  const kept = pieces.slice(0, most);
  const prompt = request.messages.reduce((sum, message) => sum + countTokens(textOf(message)), 0);
  const completion = kept.length * (request.n ?? 1);
  return {
    pieces: kept,
    finishReason: kept.length < pieces.length ? 'length' : 'stop',
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  };
}

/**
 * Tokens of a text: its words. Never more than its bytes, nor than any tokenizer's count that keeps words apart, so
 * that whatever was reserved for a prompt covers it.
 */
export function countTokens(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

function textOf(message: Message | undefined): string {
  const parts = message?.content ?? '';
  return typeof parts === 'string' ? parts : parts.map((part) => part.text ?? '').join('\n');
}

function sentence(said: string, acceptLanguage: string): string {
  const words = said.trim().split(/\s+/);
  const quote = words.length > LONGEST_QUOTE ? `${words.slice(0, LONGEST_QUOTE).join(' ')} …` : said.trim();
  if (PORTUGUESE.test(said) || (said.trim() === '' && /^pt\b/i.test(acceptLanguage))) {
    return (
      `${quote === '' ? 'Olá!' : `Você disse: “${quote}”`}\n\n` +
      'Sou o solaris-echo, o modelo de demonstração do IA Solaris. Repito o que você escreve, para que tudo funcione ' +
      'desde o primeiro minuto. Conecte um provedor de verdade no console, em Configurações.'
    );
  }
  return (
    `${quote === '' ? 'Hello!' : `You said: “${quote}”`}\n\n` +
    'I am solaris-echo, the demo model of IA Solaris. I repeat what you write, so that everything works from the ' +
    'first minute. Connect a real provider in the console, under Settings.'
  );
}

/** A short title where the message asks for one, as LibreChat's title call does; else null. */
function title(said: string): string | null {
  const subject = TITLE_SUBJECT.exec(said)?.[1];
  if (subject === undefined || !TITLE_WISH.test(said)) return null;
  const words = subject
    .replace(/[^\p{L}\p{N}\s'-]/gu, ' ')
    .trim()
    .split(/\s+/)
    .slice(0, 5);
  const titled = words.map((word) => word.charAt(0).toLocaleUpperCase('en') + word.slice(1)).join(' ');
  return titled === '' ? 'New Conversation' : titled;
}

function untilStop(text: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
}
