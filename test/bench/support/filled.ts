/** A data directory with many records: made once for all lanes of a run, and kept for later runs where the caller says so. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { markDaysBetween } from '../../../gateway/reports/mark-days.ts';
import { fillLists } from './fill-lists.ts';
import { DAY_MS, fillSize } from './fill-size.ts';
import { databaseOf, folderAt, type MeteredFolder, makeFolder, startMetered } from './metered.ts';

export interface Filled extends MeteredFolder {
  readonly records: number;
  readonly users: number;
  /** Seconds that filling took, and then the gateway's marks; as they were when the folder was made. */
  readonly fillSeconds: number;
  readonly marksSeconds: number;
}

export interface FilledOptions {
  readonly records: number;
  readonly users: number;
  /** Where it is made and kept; null makes it in `parent` and removes it. */
  readonly keep: string | null;
  readonly parent: string;
  readonly upstreamPort: number;
  note(text: string): void;
}

const DONE = 'filled.json';
/** The first look of the gateway for marks is due soon; two years of them take minutes. */
const MARKS_DEADLINE_MS = 3_600_000;
const LOOK_MS = 1_000;

/**
 * @throws Error when the kept folder holds something else than was asked for, or the gateway makes no marks within an hour
 */
export async function filledFolder(options: FilledOptions): Promise<Filled> {
  const { records, users, keep, parent, upstreamPort, note } = options;
  if (keep !== null) mkdirSync(keep, { recursive: true });
  const owner = true;
  const folder = keep === null ? makeFolder(parent, upstreamPort, { owner }) : folderAt(keep, upstreamPort, { owner });
  const done = keep === null ? null : join(keep, DONE);
  if (done !== null && existsSync(done)) {
    const kept = JSON.parse(readFileSync(done, 'utf8')) as Pick<
      Filled,
      'records' | 'users' | 'fillSeconds' | 'marksSeconds'
    >;
    if (kept.records !== records || kept.users !== users) {
      throw new Error(
        `${keep} holds ${kept.records} records of ${kept.users} users. Choose another folder, or --records.`,
      );
    }
    note(`filled: ${keep}, made before in ${kept.fillSeconds.toFixed(0)} s`);
    return { ...folder, ...kept };
  }
  if (existsSync(folder.dataDir))
    throw new Error(`${folder.dataDir} is half-made or somebody's own. Remove it, or choose another folder.`);
  // The first start makes the schema, the plans and the people who share the load.
  await (await startMetered(folder)).stop();
  const file = databaseOf(folder);
  const now = Date.now();
  const fillSeconds = fillSize(file, { records, users, days: daysOf(records) }, now) + fillLists(file, users, now);
  const gigabytes = statSync(file).size / 1e9;
  note(`filled: ${records} records of ${users} users in ${fillSeconds.toFixed(0)} s, ${gigabytes.toFixed(1)} GB`);
  const marksSeconds = await untilMarked(folder, now);
  note(`filled: marks of reports made by the gateway in ${marksSeconds.toFixed(0)} s`);
  const made = { records, users, fillSeconds, marksSeconds };
  if (done !== null) writeFileSync(done, JSON.stringify(made));
  return { ...folder, ...made };
}

/** As many as are filled by a busy team: two years of ten million records. */
function daysOf(records: number): number {
  return Math.min(730, Math.max(7, Math.round(records / 13_700)));
}

/** Lets the gateway make what it makes behind the requests, as one that has run so long has. @returns seconds */
async function untilMarked(folder: MeteredFolder, now: number): Promise<number> {
  const from = performance.now();
  const gateway = await startMetered(folder);
  const db = new Database(databaseOf(folder), { readonly: true });
  try {
    const first = db.prepare<[], string>('SELECT min(day) FROM daily_totals').pluck().get() ?? '';
    const last = markDaysBetween(first, new Date(now - DAY_MS).toISOString().slice(0, 10)).at(-1) ?? '';
    const marked = db.prepare<[string]>('SELECT 1 FROM usage_mark_days WHERE day >= ?');
    while (marked.get(last) === undefined) {
      if (performance.now() - from > MARKS_DEADLINE_MS) throw new Error('The gateway made no marks within an hour.');
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  } finally {
    db.close();
    await gateway.stop();
  }
  return (performance.now() - from) / 1_000;
}
