/** The turn of the month for a large team: how long it takes, that it happens once, and what requests notice of it. */
import Database from 'better-sqlite3';
import { fillSize } from '../support/fill-size.ts';
import { databaseOf, makeFolder, startMetered } from '../support/metered.ts';
import type { LaneReport } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { quantile } from '../support/statistics.ts';
import { jsonAnswer } from '../traffic/messages.ts';

const USERS = 10_000;
/** Of a year: some thirty of each user, and nearly everybody has used something in the month that ends. */
const RECORDS = 400_000;
const DAYS = 365;
const EDGE = Date.UTC(2027, 0, 1);
const BEFORE = '2026-12';
const AFTER = '2027-01';
/** Until then the gateway is up, and warm, and measured without a renewal. */
const LEAD_MS = 25_000;
const SLICE_MS = 250;
const CONNECTIONS = 8;
const AT_MOST_MS = 10_000;
const AT_MOST_TIMES = 3;
/** By then it hangs. */
const GIVE_UP_MS = 120_000;

export async function renewalLane(rig: Rig): Promise<LaneReport> {
  const problems: string[] = [];
  const folder = makeFolder(rig.parent, rig.upstreamPort);
  try {
    // The first start makes the schema, the plans and the people who share the load.
    await (await startMetered(folder, { startAt: EDGE - 86_400_000 })).stop();
    fillSize(databaseOf(folder), { records: RECORDS, users: USERS, days: DAYS }, EDGE);
    closeAllBut(databaseOf(folder), BEFORE);

    const startAt = EDGE - LEAD_MS;
    const begun = performance.now();
    const metered = await startMetered(folder, { startAt });
    const now = () => startAt + performance.now() - begun;
    const latencies = { before: [] as number[], during: [] as number[] };
    let renewedAt: number | null = null;
    const slice = async (into: number[]) => {
      const result = await rig.load({
        port: metered.port,
        streamed: false,
        connections: CONNECTIONS,
        until: { warmUpMs: 0, measureMs: SLICE_MS },
        expectedBody: jsonAnswer(),
        sampleEvery: 50,
        keepLatencies: true,
      });
      problems.push(...result.problems.map((problem) => `renewal: ${problem}`));
      into.push(...(result.latenciesMs ?? []));
    };
    const reader = new Database(databaseOf(folder), { readonly: true });
    const open = reader.prepare<[], { n: number }>('SELECT count(*) AS n FROM user_periods WHERE closed_at IS NULL');
    let due = 0;
    const mark = reader.prepare<[string], { value: string }>('SELECT value FROM installation WHERE key = ?');
    try {
      while (now() < EDGE - LEAD_MS / 2) await slice([]);
      while (now() < EDGE - SLICE_MS) await slice(latencies.before);
      due = open.get()?.n ?? 0;
      while (renewedAt === null && now() < EDGE + GIVE_UP_MS) {
        await slice(latencies.during);
        renewedAt = Number(mark.get(`renewed:${AFTER}`)?.value ?? Number.NaN) || null;
      }
    } finally {
      reader.close();
      await metered.stop();
    }
    problems.push(...renewalProblems(databaseOf(folder), due));
    const tookMs = renewedAt === null ? Number.NaN : renewedAt - EDGE;
    rig.note(`renewal: ${due} users in ${(tookMs / 1000).toFixed(1)} s`);
    const p99 = { before: quantile(latencies.before, 0.99), during: quantile(latencies.during, 0.99) };
    const times = p99.during / p99.before;
    return {
      rows: [
        {
          lane: 'renewal',
          what: `${due.toLocaleString('en')} users at the month’s edge`,
          bare: '',
          metered: '',
          figure: `${(tookMs / 1000).toFixed(1)} s`,
          spread: 'one run',
          budget: `≤ ${AT_MOST_MS / 1000} s`,
          ok: tookMs <= AT_MOST_MS,
        },
        {
          lane: 'renewal',
          what: `p99 of a JSON request meanwhile, ${CONNECTIONS} at once`,
          bare: `${p99.before.toFixed(1)} ms before`,
          metered: `${p99.during.toFixed(1)} ms`,
          figure: `× ${times.toFixed(2)}`,
          spread: `p50 ${quantile(latencies.before, 0.5).toFixed(1)} → ${quantile(latencies.during, 0.5).toFixed(1)} ms`,
          budget: `≤ × ${AT_MOST_TIMES}`,
          ok: times <= AT_MOST_TIMES,
        },
      ],
      problems,
      raw: { due, tookMs, p99, requests: { before: latencies.before.length, during: latencies.during.length } },
    };
  } finally {
    folder.remove();
  }
}

/** Earlier months are over. */
function closeAllBut(file: string, period: string): void {
  const db = new Database(file);
  try {
    db.prepare('UPDATE user_periods SET closed_at = 1 WHERE period < ?').run(period);
  } finally {
    db.close();
  }
}

/** @returns what is wrong, in sentences; empty when each of `due` users was renewed once */
function renewalProblems(file: string, due: number): string[] {
  const db = new Database(file, { readonly: true });
  try {
    const count = (sql: string) =>
      db.prepare<[string], { n: number }>(`SELECT count(*) AS n FROM ${sql}`).get(BEFORE)?.n;
    const figures: [string, number | undefined, number][] = [
      ['periods left open', count('user_periods WHERE period = ? AND closed_at IS NULL'), 0],
      ['closing entries', count(`ledger_entries WHERE period = ? AND kind = 'reset'`), due],
      [
        'users with two of them',
        count(
          `(SELECT 1 FROM ledger_entries WHERE period = ? AND kind = 'reset' GROUP BY user_id HAVING count(*) > 1)`,
        ),
        0,
      ],
    ];
    return figures
      .filter(([, actual, expected]) => actual !== expected)
      .map(([name, actual, expected]) => `renewal, ${name}: ${actual} instead of ${expected}`);
  } finally {
    db.close();
  }
}
