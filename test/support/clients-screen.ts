/** What a person reads in LibreChat's chat window when a request failed, by LibreChat version. */
import type { Failure } from './clients.ts';

export type LibreChatVersion = '0.8.7' | '0.8.8';

const APOLOGY = "Something went wrong. Here's the specific error message we encountered:";
const LONGEST = 512;
/** Inline is what is short and has one line; else the reader has to open it. */
const LONGEST_INLINE = 240;
/** Ways in which the server takes a message for an overflowing context, and asks the model again with a summary. */
const OVERFLOW = [
  /maximum context length/i,
  /context_length_exceeded/i,
  /prompt is too long/i,
  /too large for model/i,
  /reduce the length of the messages/i,
  /request too large/i,
];

export interface Screen {
  text: string;
  /** False: the words of the gateway are not on the screen, or only in a folded detail. */
  readable: boolean;
}

/** @param sentence the part of the message that the person should read */
export function librechatScreen(version: LibreChatVersion, failure: Failure, sentence: string): Screen {
  const text = version === '0.8.7' ? upTo087(failure.message) : from088(failure);
  return { text, readable: text.includes(sentence) };
}

export function looksLikeOverflow(message: string): boolean {
  return OVERFLOW.some((pattern) => pattern.test(message));
}

/** The server puts the message behind a phrase; the page shows the `info` of a known type inside the first braces. */
function upTo087(message: string): string {
  const text = `An error occurred while processing the request: ${message}`;
  const json = firstBraces(text);
  const found = json === null ? null : parsed(json);
  const key = found?.code ?? found?.type;
  if (key === 'google_error') return String(found?.info);
  if (key === 'insufficient_quota') return 'The default API key has reached its limit. Please set up your own API key.';
  return `${APOLOGY} ${json === null && text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text}`;
}

/** What LangChain has classified as a rate limit loses its words; the rest is shown under a headline. */
function from088(failure: Failure): string {
  if (failure.message.includes('MODEL_RATE_LIMIT')) return 'The model is receiving too many requests. Try again later.';
  const isInline = failure.message.length <= LONGEST_INLINE && !failure.message.includes('\n');
  return `The model provider could not complete this request.${isInline ? ` ${failure.message}` : ''}`;
}

function firstBraces(text: string): string | null {
  const start = text.indexOf('{');
  let depth = 0;
  for (let at = start; start >= 0 && at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(start, at + 1);
  }
  return null;
}

function parsed(json: string): { code?: string; type?: string; info?: unknown } | null {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
