/** What a wire dialect must know. One small module per dialect; nothing else in the proxy knows a provider's JSON. */
import type { TokenUsage } from '../../ledger/port.ts';
import type { Edit } from '../json-outline.ts';

export type JsonObject = { [key: string]: unknown };

/** A request as the pipeline needs it. */
export interface RequestFacts {
  readonly model: string;
  readonly stream: boolean;
  /** The client's own limit of the answer, per choice; null when it set none. */
  readonly outputLimit: number | null;
  readonly choices: number;
  /** The id that the client names its user by in the body. */
  readonly userId: string | null;
  /** Whether the client itself asked for usage in the stream. */
  readonly wantsUsage: boolean;
  /** Attachments that are not text: what they weigh in the body and what they may cost. */
  readonly attachments: Attachments;
}

export interface Attachments {
  /** Bytes of the body that are encoded pictures, sound or files. */
  readonly bytes: number;
  readonly images: number;
  /** Most tokens that everything but pictures may cost. */
  readonly otherTokens: number;
}

/** Text to be counted by a tokenizer, and what the format adds around it. */
export interface CountableText {
  readonly texts: readonly string[];
  readonly overheadTokens: number;
}

export interface OutputChange {
  /** Limit per choice to write into the request; null leaves the client's. */
  readonly limit: number | null;
  /** The field that this model takes where the client set none. */
  readonly limitField: string;
  /** The model's name at the upstream, where it differs. */
  readonly model: string | null;
  /** Whether to ask for usage in the stream. */
  readonly askForUsage: boolean;
}

/** A refusal in words and numbers; each dialect dresses it in its provider's error shape. */
export interface Refusal {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
  /** Body field at fault, as the client spells it. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members beside `error`. */
  readonly extra?: JsonObject;
}

/** What can be said of a finished JSON answer. */
export interface AnswerFacts {
  readonly usage: TokenUsage | null;
  /** Generated text, for when usage is missing. */
  readonly text: string;
  /** An error that the upstream sent in place of an answer. */
  readonly failed: boolean;
}

export interface StreamEnd {
  readonly text: string;
  /** Whether the model had said that it was done. */
  readonly finished: boolean;
  readonly failed: boolean;
}

/** What becomes of an event: passed on, dropped (we asked for it, not the client), or held back until settled. */
export type Verdict = 'pass' | 'drop' | 'terminal';

/** Follows one streamed answer. */
export interface StreamReader {
  /** True when no event in these bytes can need a closer look, so that they may pass as they are. */
  uninteresting(bytes: Buffer): boolean;
  /** Looks at one whole event, delimiter included. */
  read(event: Buffer): Verdict;
  /** The newest usage that was reported. */
  usage(): TokenUsage | null;
  /** What was delivered, told from the bytes that passed; costly, only for unhappy ends. */
  replay(delivered: readonly Buffer[]): StreamEnd;
}

export interface Dialect {
  readonly id: string;
  /** Path below the gateway, and the one appended to the upstream's base URL. */
  readonly path: string;
  readonly upstreamPath: string;
  /** Members that are read, `outer.inner` inside of objects: repeated or in another spelling they are refused. */
  readonly members: readonly string[];
  /** Request headers beyond the common ones that may travel on. */
  readonly forwardedHeaders: readonly string[];
  /** @throws BadRequestError naming the field */
  readRequest(body: JsonObject): RequestFacts;
  /** The members to set in the forwarded request. */
  edits(body: JsonObject, change: OutputChange): Edit[];
  /** All text of the prompt that the model will read. */
  promptText(body: JsonObject): CountableText;
  readAnswer(body: unknown): AnswerFacts;
  openStream(request: RequestFacts, askedForUsage: boolean): StreamReader;
  errorBody(refusal: Refusal): JsonObject;
  /** A whole answer that says `text`, as the provider would send it. */
  assistantMessage(text: string, request: RequestFacts, id: string, at: number): { contentType: string; body: string };
}

/** The client's request is at fault. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError';
  readonly statusCode: number;
  readonly param: string | undefined;

  constructor(message: string, param?: string, statusCode = 400) {
    super(message);
    this.param = param;
    this.statusCode = statusCode;
  }
}
