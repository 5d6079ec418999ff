/** Sound: https://platform.openai.com/docs/api-reference/audio. Models report tokens, or are billed by characters and seconds. */
import { audioSeconds, heardSeconds } from './audio-length.ts';
import { BadRequestError, type Dialect, type JsonObject, type RequestFacts, type Units } from './dialect.ts';
import { isObject } from './fields.ts';
import { NO_ATTACHMENTS } from './media.ts';
import { openAiEndpoint, openAiModel } from './openai-endpoint.ts';
import { openAiErrorBody } from './openai-error.ts';
import { filesOf, modelEdits, NO_GENERATION, NO_TEXT, yesOrNo } from './openai-input.ts';
import { openByteStream, openEventsOrBytes, openPieceStream } from './piece-stream.ts';
import { readPieceUsage, readSeconds } from './piece-usage.ts';

const API_VERSION = '2025-03-01-preview';
const LONGEST_SPEECH = 1_000_000;

const speechDialect: Dialect = {
  id: 'speech',
  ...openAiEndpoint('/audio/speech', { deployments: true, apiVersion: API_VERSION }),
  unnamed: true,
  members: ['model', 'input', 'instructions', 'stream_format'],
  forwardedHeaders: [],
  readRequest(body, target): RequestFacts {
    const { input } = body;
    if (typeof input !== 'string' || input === '')
      throw new BadRequestError("'input' must be a non-empty string.", 'input');
    if (input.length > LONGEST_SPEECH)
      throw new BadRequestError(`'input' is longer than ${LONGEST_SPEECH} characters.`, 'input');
    return {
      ...NO_GENERATION,
      model: openAiModel(body, target),
      stream: body.stream_format === 'sse',
      units: { kind: 'character', count: [...input].length },
      fixedOutput: true,
      userId: null,
    };
  },
  edits: modelEdits,
  // The price of a character covers reading it.
  promptText: () => NO_TEXT,
  // Sound is no JSON, unless it went wrong.
  readAnswer: (body) => ({ usage: null, text: '', failed: isObject(body) && isObject(body.error), foreign: true }),
  isStream: (_request, contentType) => !/\b(json|html|xml)\b/i.test(contentType),
  openStream({ stream, units = { kind: 'character', count: 0 } }, _askedForUsage, contentType) {
    const bytes = openByteStream(units);
    if (!stream && !/^text\/event-stream\b/i.test(contentType)) return bytes;
    const delivered = (events: readonly JsonObject[]) => {
      const isSpoken = events.some(({ type }) => type === 'speech.audio.delta');
      return { text: '', units: { ...units, count: isSpoken ? units.count : 0 } };
    };
    return openEventsOrBytes(
      openPieceStream({ family: /^speech\.audio\./, completed: 'speech.audio.done', pieces: 1, delivered }),
      bytes,
    );
  },
  errorBody: openAiErrorBody,
  assistantMessage: () => null,
};

function listeningDialect(operation: 'transcriptions' | 'translations'): Dialect {
  return {
    id: operation,
    ...openAiEndpoint(`/audio/${operation}`, { deployments: true, apiVersion: API_VERSION }),
    unnamed: true,
    forms: 'only',
    members: ['model', 'file', 'prompt', 'stream', 'response_format'],
    forwardedHeaders: [],
    readRequest(body, target): RequestFacts {
      const [file] = filesOf(body, ['file']);
      if (!file) throw new BadRequestError("'file' must be a recording.", 'file');
      return {
        ...NO_GENERATION,
        model: openAiModel(body, target),
        stream: yesOrNo(body, 'stream'),
        units: { kind: 'audioSecond', count: audioSeconds(file.bytes) },
        fixedOutput: true,
        userId: null,
        attachments: { ...NO_ATTACHMENTS, bytes: file.bytes.length },
      };
    },
    edits: modelEdits,
    promptText: (body) => ({ texts: typeof body.prompt === 'string' ? [body.prompt] : [], overheadTokens: 0 }),
    readAnswer(body) {
      const answer = isObject(body) ? body : {};
      const seconds = readSeconds(answer);
      return {
        usage: readPieceUsage(answer.usage),
        text: '',
        ...(seconds === null ? leastOf(answer.text) : { units: secondsOf(seconds) }),
        failed: typeof answer.text !== 'string' && isObject(answer.error),
        foreign: typeof answer.text !== 'string' && !Array.isArray(answer.segments),
      };
    },
    // Plain text and subtitles say nothing of their price. A page is what a wrong address answers with.
    readPlainAnswer: (text, contentType) => ({
      usage: null,
      text: '',
      ...leastOf(text),
      failed: false,
      foreign: /\b(html|xml|event-stream)\b/i.test(contentType),
    }),
    // What cannot be told piece by piece, such as subtitles, comes whole although a stream was asked for.
    isStream: (_request, contentType) => /^text\/event-stream\b/i.test(contentType),
    openStream: ({ units }) =>
      openPieceStream({
        family: /^transcript\.text\./,
        completed: 'transcript.text.done',
        pieces: 1,
        // Whoever reads any of it has had the recording listened to.
        delivered(events) {
          if (!units || !events.some(isHeard)) return { text: '' };
          const heard = heardSeconds(events.map(({ delta }) => (typeof delta === 'string' ? delta : '')).join(''));
          return { text: '', units: { ...units, count: Math.max(units.count, heard) } };
        },
      }),
    errorBody: openAiErrorBody,
    assistantMessage: () => null,
  };
}

function isHeard({ type }: JsonObject): boolean {
  return typeof type === 'string' && type.startsWith('transcript.text.');
}

/** What nobody tells the length of was at least as long as saying it takes. */
function leastOf(text: unknown): { leastUnits?: Units } {
  return typeof text === 'string' ? { leastUnits: secondsOf(heardSeconds(text)) } : {};
}

function secondsOf(count: number): Units {
  return { kind: 'audioSecond', count };
}

export const audioDialects: readonly Dialect[] = [
  speechDialect,
  listeningDialect('transcriptions'),
  listeningDialect('translations'),
];
