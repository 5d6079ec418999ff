/** The ledger without HTTP: what a hold and its settlement cost, for those who work on it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerCall, LedgerRun } from '../hosts/ledger-host.ts';
import { startChild } from '../support/child.ts';
import { PEOPLE } from '../support/metered.ts';
import { type LaneReport, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median } from '../support/statistics.ts';

const CONCURRENCY = [1, 16, 64];
/** One after the other, each pair waits for two commits: fewer are enough. */
const FEWER_ALONE = 8;

export async function ledgerLane(rig: Rig): Promise<LaneReport> {
  const folder = mkdtempSync(join(rig.parent, 'solaris-bench-ledger-'));
  const host = startChild<LedgerCall>('ledger-host.ts');
  const runs = new Map<number, LedgerRun[]>();
  const run = async (concurrency: number): Promise<LedgerRun> => {
    const pairs = concurrency === 1 ? Math.ceil(rig.scale.ledgerPairs / FEWER_ALONE) : rig.scale.ledgerPairs;
    return (await host.call({ kind: 'run', pairs, concurrency })) as LedgerRun;
  };
  try {
    await host.call({ kind: 'open', dataDir: folder, users: PEOPLE, commitDelayMs: 0 });
    await run(64);
    for (let turn = 0; turn < rig.scale.pairs; turn += 1) {
      for (const concurrency of CONCURRENCY) {
        runs.set(concurrency, [...(runs.get(concurrency) ?? []), await run(concurrency)]);
      }
      rig.note(`ledger ${turn + 1}/${rig.scale.pairs}`);
    }
    await host.call({ kind: 'close' });
  } finally {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const rows = CONCURRENCY.map((concurrency) => {
    const of = (figure: keyof LedgerRun) => (runs.get(concurrency) ?? []).map((one) => one[figure]);
    return {
      lane: 'ledger',
      what: `holds and settlements, ${concurrency} at once`,
      bare: '',
      metered: `${median(of('pairsPerSecond')).toFixed(0)}/s`,
      figure: `CPU ${median(of('callerCpuMicros')).toFixed(0)} + ${median(of('otherCpuMicros')).toFixed(0)} µs`,
      spread: `${spreadText(of('wallMicros'), 0)} µs each`,
      budget: '–',
      ok: null,
    };
  });
  return { rows, problems: [], raw: Object.fromEntries(runs) };
}
