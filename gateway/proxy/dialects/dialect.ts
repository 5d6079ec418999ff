/** What a wire dialect must know. One small module per dialect; nothing else in the proxy knows a provider's JSON. */
import type { UnitTokens, UpstreamKind } from '../../db/json-columns.ts';
import type { PaidCalls } from '../../ledger/charge.ts';
import type { TokenUsage } from '../../ledger/port.ts';
import type { Edit } from '../json-outline.ts';
import type { ServiceTier } from '../service-tiers.ts';
import type { EventSplitter } from '../sse.ts';

export type JsonObject = { [key: string]: unknown };

/** Where a request was sent to, and what its address says beside the body. */
export interface Target {
  /** The parts of the path that vary, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The query parameters that the dialect reads; each was given once. */
  readonly query: Readonly<Record<string, string>>;
}

/** An address that says nothing beside its path. */
export const PLAIN_TARGET: Target = { params: {}, query: {} };

/** A file of a form. Its bytes are a part of the body's, not a copy. */
export interface FormFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** What is sold by the piece: see `UnitTokens` for what one costs. */
export interface Units {
  readonly kind: keyof UnitTokens;
  readonly count: number;
}

/** A request as the pipeline needs it. */
export interface RequestFacts {
  readonly model: string;
  readonly stream: boolean;
  /** The client's own limit of the answer, per choice; null when it set none, 0 where no answer has tokens. */
  readonly outputLimit: number | null;
  /** The answer cannot be shortened: it fits as it is, or not at all. */
  readonly fixedOutput?: boolean;
  /** What else the answer has at most: charged where the provider reports no tokens. */
  readonly units?: Units;
  /** Most tokens that the upstream itself may add to the prompt: what its tools bring. */
  readonly unseenTokens?: number;
  /** Most calls beside tokens, such as searches, that are to be expected of the upstream. */
  readonly paidCalls?: PaidCalls | undefined;
  /** The tier that the request asks to be served in; undefined where it leaves that to the provider. */
  readonly tier?: ServiceTier | undefined;
  /** Ids of earlier answers and conversations that the upstream puts before the prompt. */
  readonly earlier?: readonly string[];
  /** The one of them that this request's prompt and answer are added to. */
  readonly conversation?: string;
  /** Of what is free as a rule: this provider may report tokens for it all the same. */
  readonly mayBeBilled?: boolean;
  /** The model that may draw pictures while it answers, and how many are to be expected. */
  readonly draws?: { readonly model: string; readonly count: number };
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
  /** Most tokens that everything else among them may cost. */
  readonly otherTokens: number;
  /** Files that are only referred to: how large they are is not to be seen. */
  readonly unseenFiles: number;
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
  /** Whether the upstream may pass over every other field of a limit without a word. */
  readonly readsOnlyLimitField: boolean;
  /** The model's name at the upstream. */
  readonly model: string;
  /** Whether to ask for usage in the stream. */
  readonly askForUsage: boolean;
  /** Whether the calls that were reserved are the most that may be made, where the client sets no limit. */
  readonly limitCalls: boolean;
}

/** A refusal in words and numbers; each dialect dresses it in its provider's error shape. */
export interface Refusal {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
  /** Body field at fault, as the client spells it. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For LibreChat up to 0.8.7: an object that it shows as its own error, wherever its client puts it. */
  readonly hint?: JsonObject;
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
  /** It is no answer of this dialect: whatever it costs, nobody could tell. */
  readonly foreign?: boolean;
  /** What was delivered beside text. */
  readonly units?: Units;
  /** Instead of `units`: at least so much was, whatever the request said. */
  readonly leastUnits?: Units;
  /** What was delivered and is not a part of `usage`. */
  readonly beside?: Units;
  /** Ids by which the client may refer to this answer later. */
  readonly ids?: readonly string[];
  /** The tier that served, where the answer tells it. */
  readonly tier?: ServiceTier | undefined;
}

export interface StreamEnd {
  readonly text: string;
  readonly units?: Units;
  /** The tier that served, where what was delivered tells it. */
  readonly tier?: ServiceTier | undefined;
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
  /** Cuts the stream where it is no event stream. */
  readonly splitter?: EventSplitter;
  /**
   * Whether the stream is of this dialect, told from one of its first events; null when that one does not show it. Until
   * one does, nothing but comments is delivered.
   */
  recognises?(event: Buffer): boolean | null;
  /** Looks at one whole event, delimiter included. */
  read(event: Buffer): Verdict;
  /** The newest usage that was reported of the whole answer. */
  usage(): TokenUsage | null;
  /** What was reported before the answer was whole: its prompt, and no more than the beginning of its answer. */
  begun?(): TokenUsage | null;
  /** What was delivered, told from the bytes that passed; costly, only for unhappy ends. */
  replay(delivered: readonly Buffer[]): StreamEnd;
  /** What was delivered and is not a part of `usage`. */
  beside?(): Units | undefined;
  /** Ids by which the client may refer to this answer later. */
  ids?(): readonly string[];
  /** The tier that served, as far as any event that was looked at told it. */
  tier?(): ServiceTier | undefined;
}

export interface WholeAnswer {
  readonly contentType: string;
  readonly body: string;
}

/** How a request goes on to an upstream. */
export interface Destination {
  /** Below the upstream's base URL: a path that begins with a slash, encoded. */
  readonly path: string;
  /** Without `?`; empty for none. */
  readonly query: string;
}

/** What a dialect must know of the upstream that it sends to. */
export interface Server {
  readonly kind: UpstreamKind;
  /** The path of the base URL, without a slash at the end. */
  readonly pathPrefix: string;
}

export interface Dialect {
  readonly id: string;
  /** What it is called in records. */
  readonly endpoint: string;
  /** Its paths below the gateway, as the router writes what varies: `/v1/x/:name`, `/v1/x/:name(^regexp$)`. */
  readonly paths: readonly string[];
  /** Which upstreams can serve it. `native` ones come first: the others speak it beside a language of their own. */
  readonly kinds: Readonly<Partial<Record<UpstreamKind, 'native' | 'beside'>>>;
  /** Headers that clients put their key into beside `Authorization: Bearer`, and the query parameter where there is one. */
  readonly keyHeaders: readonly string[];
  readonly keyParameter?: string;
  /** Query parameters that are read. All others are left out. */
  readonly queryParameters: readonly string[];
  /** Whether bodies may or must be forms; else they are JSON. */
  readonly forms?: 'too' | 'only';
  /** It costs nothing, but is asked for by somebody: gated and recorded like the rest, with no tokens. */
  readonly free?: boolean;
  /** Clients such as LibreChat ask without naming a user: the key may say who pays then. */
  readonly unnamed?: boolean;
  /** Members that are read, `outer.inner` inside of objects: repeated or in another spelling they are refused. */
  readonly members: readonly string[];
  /** Request headers beyond the common ones that may travel on. */
  readonly forwardedHeaders: readonly string[];
  /** The header of answers that tells the tier that served. */
  readonly tierHeader?: string;
  /** What is sent along where the client sends nothing. */
  readonly defaultHeaders?: Readonly<Record<string, string>>;
  /** @param model the model's name at the upstream */
  destination(server: Server, model: string, target: Target): Destination;
  /**
   * @param body the parsed JSON, or the fields of a form: text, `FormFile`, and arrays of them under names with `[]`
   * @throws BadRequestError naming the field
   */
  readRequest(body: JsonObject, target: Target): RequestFacts;
  /** The members to set in the forwarded request. */
  edits(body: JsonObject, change: OutputChange): Edit[];
  /** All text of the prompt that the model will read. */
  promptText(body: JsonObject): CountableText;
  readAnswer(body: unknown): AnswerFacts;
  /** Reads an answer that is no JSON; without it such answers are errors. */
  readPlainAnswer?(text: string, contentType: string): AnswerFacts;
  /** Whether an answer is to be followed as it comes. By default: event streams, and what was asked for as one. */
  isStream?(request: RequestFacts, contentType: string): boolean;
  openStream(request: RequestFacts, askedForUsage: boolean, contentType: string): StreamReader;
  errorBody(refusal: Refusal): JsonObject;
  /** The same where a stream of this content type has begun, but nothing of it was sent. By default as an event's data. */
  errorEvent?(refusal: Refusal, contentType: string): string;
  /** A whole answer that says `text`, as the provider would send it; null where answers say nothing. */
  assistantMessage(text: string, request: RequestFacts, id: string, at: number, target: Target): WholeAnswer | null;
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
