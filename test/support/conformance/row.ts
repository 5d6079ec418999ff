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
  /** Where the upstream finds its own key. */
  readonly keyHeader: string;
  readonly cells: Cells;
}

export function isForm(body: Row['body']): body is Form {
  return 'type' in body && Buffer.isBuffer((body as Partial<Form>).body);
}

/** The same row through an Azure deployment, which names its model in the path alone. */
export function atAzure(row: Row, model: string, version: string): Row {
  const path = `/openai/deployments/${encodeURIComponent(`${model}-azure`)}${row.path.replace(/^\/v1/, '')}`;
  return {
    ...row,
    name: `${row.name} of an Azure deployment`,
    path: `${path}?api-version=${version}`,
    headers: (key) => ({ authorization: null, 'api-key': key }),
    upstreamPath: path,
    keyHeader: 'api-key',
  };
}
