/** A line at the end of what Gemini generates: one more part of the last piece, which is the one that says why it ended. */
import type { JsonObject } from '../dialects/dialect.ts';
import { isObject, parseJson } from '../dialects/fields.ts';
import { elementText } from '../json-array.ts';
import { eventData } from '../sse.ts';
import { eventOf, type NoticeWire } from './wire.ts';

const CALL = Buffer.from('"functionCall"');

export const geminiNotice: NoticeWire = {
  wantsData(body) {
    const config = body.generationConfig ?? body.generation_config;
    if (!isObject(config)) return false;
    const type = config.responseMimeType ?? config.response_mime_type ?? 'text/plain';
    const count = config.candidateCount ?? config.candidate_count ?? 1;
    return type !== 'text/plain' || count !== 1;
  },
  // The last piece waits for the settlement in any case.
  mayMatter: () => false,
  mark: () => null,
  canFollow({ last, delivered }) {
    if (delivered.some((bytes) => bytes.includes(CALL))) return false;
    return last[0] !== undefined && intoAnswer(dataOf(last[0]).data, '', true) !== null;
  },
  intoStream({ last }, line) {
    const [end, ...rest] = last;
    if (!end) return [...last];
    const { data, joint } = dataOf(end);
    const told = intoAnswer(data, line, true) ?? data;
    return [joint === null ? eventOf(told) : Buffer.from(joint + JSON.stringify(told)), ...rest];
  },
  intoBody: (answer, line) => intoAnswer(answer, line, false),
};

/** @param isPiece the text may have come in earlier pieces */
function intoAnswer(answer: JsonObject, line: string, isPiece: boolean): JsonObject | null {
  const [candidate, ...others] = Array.isArray(answer.candidates) ? answer.candidates : [];
  if (others.length > 0 || !isObject(candidate) || candidate.finishReason !== 'STOP') return null;
  const content = isObject(candidate.content) ? candidate.content : { role: 'model' };
  const parts = Array.isArray(content.parts) ? content.parts : [];
  if (parts.some((part) => isObject(part) && part.functionCall !== undefined)) return null;
  const said = parts.some((part) => isObject(part) && typeof part.text === 'string' && part.thought !== true);
  if (!said && !isPiece) return null;
  return {
    ...answer,
    candidates: [
      {
        ...candidate,
        content: { ...content, parts: [...parts, { text: line }] },
      },
    ],
  };
}

/** The piece, and what joins it to the others where the stream is an array. */
function dataOf(piece: Buffer): { data: JsonObject; joint: string | null } {
  const text = piece.toString('utf8');
  const element = elementText(piece);
  const isArray = /^[\s,[]*\{/.test(text);
  const data = parseJson(isArray ? element : eventData(piece));
  return {
    data: isObject(data) ? data : {},
    joint: isArray ? text.slice(0, text.length - element.length) : null,
  };
}
