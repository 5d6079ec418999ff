/** What the process keeps for young objects; in a process of its own, because V8's flags are the whole process's. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const MODULE = new URL('../../gateway/cli/small-start.ts', import.meta.url).href;
const MEBIBYTE = 1024 * 1024;

/** Runs `script` beside a `work` that leaves as much behind as 10,000 requests do. @returns what it printed, as JSON */
function ran(script: string): { youngBytes: number; calls: number; usedBefore: number; usedAfter: number } {
  const source = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { collectStart, growWithTraffic, startSmall } from ${JSON.stringify(MODULE)};
    const youngBytes = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
    const inFlight = [];
    const work = () => {
      inFlight.push(Array.from({ length: 4_000 }, (_, index) => ({ index })));
      if (inFlight.length > 64) inFlight.shift();
    };
    ${script}`;
  const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
  return JSON.parse(answer);
}

test('the space for young objects grows with the traffic, and stops long before what V8 would take', () => {
  const { youngBytes, calls } = ran(`
    startSmall();
    const grown = growWithTraffic();
    let calls = 0;
    while (calls < 20_000) {
      work();
      calls += 1;
      if (grown()) break;
    }
    for (let more = 0; more < 5_000; more += 1) work();
    console.log(JSON.stringify({ youngBytes: youngBytes(), calls }));`);
  assert.ok(calls < 20_000, 'It never said that it has grown.');
  assert.ok(youngBytes >= 16 * MEBIBYTE && youngBytes <= 32 * MEBIBYTE, `${youngBytes} bytes`);
});

test('what only the start needed is given back', () => {
  const { usedBefore, usedAfter } = ran(`
    startSmall();
    let waste = Array.from({ length: 400_000 }, (_, index) => ({ index }));
    const usedBefore = process.memoryUsage().heapUsed;
    waste = null;
    collectStart();
    console.log(JSON.stringify({ usedBefore, usedAfter: process.memoryUsage().heapUsed }));`);
  assert.ok(usedAfter < usedBefore - 8 * MEBIBYTE, `${usedBefore} → ${usedAfter} bytes`);
});
