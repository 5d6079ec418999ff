/** A wire whose answers are no conversation, told by what it says and what that is worth, and its row of the table. */
import type { Knobs } from '../mock-upstream/index.ts';
import type { BrokenCell, Cell, Cells, Figures, LeftCell, Row } from './row.ts';

/** What the upstream says with these members beside the answer, such as usage. */
type Say = (extra: object) => Knobs;

export interface Piece {
  readonly name: string;
  readonly dialect: string;
  readonly path: string;
  readonly body: Row['body'];
  readonly say: Say;
  readonly reported: { readonly extra: object; readonly figures: Figures; readonly zero: object } | null;
  /** Without usage, and what is known then. */
  readonly missing: { readonly extra?: object; readonly figures: Figures; readonly source?: Cell['source'] };
  /** Of a stream: what is delivered before it stops, and what that is worth to one who leaves and where it breaks. */
  readonly part?: { readonly bytes: string | Buffer; readonly left: Figures; readonly broken?: Figures };
  /** What is paid when the client leaves before anything was delivered. */
  readonly unseen: Figures;
  readonly ours?: Row['ours'];
  readonly azure?: { readonly model: string; readonly version: string };
}

export function rowOf(piece: Piece): Row {
  return {
    name: piece.name,
    dialect: piece.dialect,
    mode: piece.part ? 'stream' : 'json',
    path: piece.path,
    body: piece.body,
    endpoint: piece.path,
    upstreamPath: piece.path,
    keyHeader: piece.dialect === 'count-tokens' ? 'x-api-key' : 'authorization',
    cells: cellsOf(piece),
    ...(piece.ours ? { ours: piece.ours } : {}),
  };
}

function cellsOf({ say, reported, missing, part, unseen }: Piece): Cells {
  const silent = say(missing.extra ?? {});
  const unreported = 'This answer has no place for tokens.';
  const inside = { ...silent, ...(part ? { inside: Buffer.byteLength(part.bytes) } : {}) };
  const broken: Omit<BrokenCell, 'figures' | 'source' | 'outcome'> = {
    knobs: { ...inside, fault: { at: 'inside:0', how: 'reset' } },
  };
  const isFree = missing.source !== undefined;
  const left: LeftCell = part
    ? { knobs: inside, at: 'inside:0', read: lastWord(part.bytes), figures: part.left, source: 'partial' }
    : { knobs: silent, at: 'headers', figures: unseen, source: isFree ? 'none' : 'partial' };
  return {
    present: reported ? { knobs: say(reported.extra), figures: reported.figures, source: 'reported' } : unreported,
    missing: { knobs: silent, figures: missing.figures, source: missing.source ?? 'tokenizer' },
    zero: reported ? { knobs: say(reported.zero), figures: [0, 0], source: 'reported' } : unreported,
    broken: part?.broken
      ? { ...broken, figures: part.broken, source: 'partial', outcome: 'upstream_broke' }
      : { ...broken, figures: [0, 0], source: 'none', outcome: part ? 'upstream_error' : 'upstream_broke' },
    left,
  };
}

function lastWord(bytes: string | Buffer): string {
  return bytes.toString('latin1').slice(-20);
}
