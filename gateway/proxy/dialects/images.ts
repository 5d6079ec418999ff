/** Pictures: https://platform.openai.com/docs/api-reference/images. Some models report tokens; the others have a price a piece. */
import type { Attachments, Dialect, JsonObject, RequestFacts } from './dialect.ts';
import { BadRequestError } from './dialect.ts';
import { isObject } from './fields.ts';
import { NO_ATTACHMENTS } from './media.ts';
import { type AzureEndpoint, openAiEndpoint } from './openai-endpoint.ts';
import { openAiErrorBody } from './openai-error.ts';
import { filesOf, modelEdits, NO_GENERATION, wholeNumber, yesOrNo } from './openai-input.ts';
import { openPieceStream } from './piece-stream.ts';
import { readPieceUsage } from './piece-usage.ts';

const MOST_IMAGES = 64;
const LONGEST_MODEL = 200;
/** OpenAI's own, where the client names none. */
const DEFAULT_MODEL = 'dall-e-2';
const AZURE: AzureEndpoint = { deployments: true, apiVersion: '2025-04-01-preview' };
const FILES = ['image', 'image[]', 'mask'];

function imageDialect(operation: 'generations' | 'edits' | 'variations'): Dialect {
  const asForm = operation !== 'generations';
  return {
    id: `images-${operation}`,
    ...openAiEndpoint(`/images/${operation}`, operation === 'variations' ? null : AZURE),
    unnamed: true,
    ...(asForm ? { forms: operation === 'edits' ? ('too' as const) : ('only' as const) } : {}),
    members: ['model', 'prompt', 'n', 'stream', 'user'],
    forwardedHeaders: [],
    readRequest(body, { params }): RequestFacts {
      if (operation !== 'variations' && (typeof body.prompt !== 'string' || body.prompt === '')) {
        throw new BadRequestError("'prompt' must be a non-empty string.", 'prompt');
      }
      const model = params.deployment ?? textOr(body, 'model', DEFAULT_MODEL);
      const count = wholeNumber(body, 'n', 1, MOST_IMAGES) ?? 1;
      return {
        ...NO_GENERATION,
        model,
        stream: yesOrNo(body, 'stream'),
        units: { kind: 'image', count },
        fixedOutput: true,
        userId: typeof body.user === 'string' ? body.user : null,
        attachments: asForm ? attachmentsOf(body) : NO_ATTACHMENTS,
      };
    },
    edits: modelEdits,
    promptText: (body) => ({ texts: typeof body.prompt === 'string' ? [body.prompt] : [], overheadTokens: 0 }),
    readAnswer(body) {
      const answer = isObject(body) ? body : {};
      const pictures = Array.isArray(answer.data) ? answer.data : null;
      return {
        usage: readPieceUsage(answer.usage),
        text: '',
        units: { kind: 'image', count: pictures?.length ?? 0 },
        failed: !pictures && isObject(answer.error),
        foreign: !pictures?.every((picture) => isObject(picture) && !('embedding' in picture)),
      };
    },
    openStream: ({ units }) =>
      openPieceStream({
        family: /^image_(generation|edit)\./,
        completed: '.completed',
        pieces: units?.count ?? 1,
        // Sketches on the way are no picture yet.
        delivered: (_events, count) => ({ text: '', units: { kind: 'image', count } }),
      }),
    errorBody: openAiErrorBody,
    assistantMessage: () => null,
  };
}

function attachmentsOf(body: JsonObject): Attachments {
  const files = filesOf(body, FILES);
  const linked = Array.isArray(body.images) ? body.images.length : 0;
  return {
    bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
    images: files.length + linked,
    otherTokens: 0,
    unseenFiles: 0,
  };
}

function textOr(body: JsonObject, field: string, fallback: string): string {
  const value = body[field];
  if (value === undefined || value === null || value === '') return fallback;
  if (typeof value === 'string' && value.length <= LONGEST_MODEL) return value;
  throw new BadRequestError(`'${field}' must be a string of at most ${LONGEST_MODEL} characters.`, field);
}

export const imageDialects: readonly Dialect[] = [
  imageDialect('generations'),
  imageDialect('edits'),
  imageDialect('variations'),
];
