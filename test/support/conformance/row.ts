/** What the conformance table holds of a wire: one row for JSON, one for its stream, a cell for each thing that can happen. */
import type { Knobs, Point, RecordedCall } from '../mock-upstream/index.ts';

/** Tokens of prompt and answer. */
export type Figures = readonly [prompt: number, completion: number];

export interface Cell {
  readonly knobs: Knobs;
  readonly figures: Figures | ((call: RecordedCall) => Figures);
  /** Set where a tokenizer counted: how far off it may be. */
  readonly tolerance?: number;
  readonly cachedTokens?: number;
  readonly source: 'reported' | 'tokenizer' | 'partial' | 'none';
}

/** The upstream breaks off: what was delivered is paid, and nothing else. */
export interface BrokenCell extends Cell {
  readonly outcome: 'upstream_broke' | 'upstream_error';
}

/** The client leaves where the upstream waits. */
export interface LeftCell extends Cell {
  readonly at: Point;
  /** What the client has read by then; without it, nothing. */
  readonly read?: string;
}

/** Why a wire has no such cell. */
type Reason = string;

export interface Cells {
  readonly present: Cell | Reason;
  readonly missing: Cell | Reason;
  readonly zero: Cell | Reason;
  readonly broken: BrokenCell;
  readonly left: LeftCell;
}

export interface Form {
  readonly type: string;
  readonly body: Buffer;
}

export interface Row {
  readonly name: string;
  /** The dialect's id. */
  readonly dialect: string;
  readonly mode: 'json' | 'stream';
  /** Below the gateway. */
  readonly path: string;
  readonly body: object | Form;
  /** Where the key stands; by default `Authorization: Bearer`. */
  readonly headers?: (key: string) => Readonly<Record<string, string | null>>;
  /** What the record calls the endpoint. */
  readonly endpoint: string;
  /** Below the upstream. */
  readonly upstreamPath: string;
  /** What the gateway asked for beside the client, and takes out again. */
  readonly ours?: RegExp;
  /** Where the upstream finds its own key. */
  readonly keyHeader: string;
  readonly cells: Cells;
}

/** The chunk that only reports usage. */
export const USAGE_CHUNK = /data: [^\n]*"choices":\[\][^\n]*"usage":\{[^\n]*\n\n/;

export function isForm(body: Row['body']): body is Form {
  return 'type' in body && Buffer.isBuffer((body as Partial<Form>).body);
}

/** The same row through an Azure deployment, which names its model in the path alone. */
export function atAzure(row: Row, model: string, version: string): Row {
  const path = `/openai/deployments/${encodeURIComponent(`${model}-azure`)}${row.path.replace(/^\/v1/, '')}`;
  return throughAzure(row, 'an Azure deployment', path, version);
}

/** The same row at Azure where no deployment stands in the path: the body names it. */
export function besideDeployments(row: Row, model: string, version: string): Row {
  const path = row.path.replace(/^\/v1/, '/openai');
  return throughAzure({ ...row, body: withModel(row.body, model, `${model}-azure`) }, 'Azure', path, version);
}

/** The same row through Azure's own v1, which is OpenAI's at another place. */
export function atAzureV1(row: Row, model: string): Row {
  const body = withModel(row.body, model, `${model}-azure-v1`);
  return throughAzure({ ...row, body }, "Azure's v1", row.path.replace(/^\/v1/, '/openai/v1'));
}

function throughAzure(row: Row, what: string, path: string, version?: string): Row {
  return {
    ...row,
    name: `${row.name} of ${what}`,
    path: version === undefined ? path : `${path}?api-version=${version}`,
    headers: (key) => ({ authorization: null, 'api-key': key }),
    upstreamPath: path,
    keyHeader: 'api-key',
  };
}

function withModel(body: Row['body'], model: string, named: string): Row['body'] {
  if (!isForm(body)) return { ...body, model: named };
  const text = body.body.toString('latin1').replace(`\r\n\r\n${model}\r\n`, `\r\n\r\n${named}\r\n`);
  return { ...body, body: Buffer.from(text, 'latin1') };
}
