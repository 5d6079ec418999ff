/** From the start of the process to the first metered answer: on an existing data directory, and on none. */

import { freePort } from '../../support/ports.ts';
import { firstAnswer } from '../support/first-answer.ts';
import { type MeteredFolder, makeFolder, spawnMetered } from '../support/metered.ts';
import { type LaneReport, type Row, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median } from '../support/statistics.ts';

const LIMIT_MS = 1_000;

export async function startLane(rig: Rig): Promise<LaneReport> {
  const existing: number[] = [];
  const firstRun: number[] = [];
  const folder = makeFolder(rig.parent, rig.upstreamPort);
  await timeStart(folder);
  for (let turn = 0; turn < rig.scale.starts; turn += 1) {
    existing.push(await timeStart(folder));
    const fresh = makeFolder(rig.parent, rig.upstreamPort);
    firstRun.push(await timeStart(fresh));
    fresh.remove();
    rig.note(
      `start ${turn + 1}/${rig.scale.starts}: ${existing.at(-1)?.toFixed(0)} ms, first run ${firstRun.at(-1)?.toFixed(0)} ms`,
    );
  }
  folder.remove();
  return {
    rows: [row('existing data directory', existing), row('first run', firstRun)],
    problems: [],
    raw: { existing, firstRun },
  };
}

/** Milliseconds from the spawn to the first metered 200. */
export async function timeStart(folder: MeteredFolder): Promise<number> {
  const port = await freePort();
  const from = performance.now();
  const metered = spawnMetered(folder, port);
  try {
    await firstAnswer(port);
    return performance.now() - from;
  } finally {
    await metered.stop();
  }
}

function row(what: string, times: readonly number[]): Row {
  const time = median(times);
  return {
    lane: 'start',
    what: `first answered request, ${what}`,
    bare: '',
    metered: `${time.toFixed(0)} ms`,
    figure: `${(time / 1000).toFixed(2)} s`,
    spread: `${spreadText(times, 0)} ms`,
    budget: `≤ ${LIMIT_MS / 1000} s`,
    ok: time <= LIMIT_MS,
  };
}
