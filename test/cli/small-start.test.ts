/** What the process keeps for young objects; in a process of its own, because V8's flags are the whole process's. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const MODULE = new URL('../../gateway/cli/small-start.ts', import.meta.url).href;
const MEBIBYTE = 1024 * 1024;

type Figure = 'youngBefore' | 'youngBytes' | 'usedBefore' | 'usedAfter';

/** Runs `script` beside a `work` whose 4,000 objects are in use until 64 calls later. @returns what it printed, as JSON */
function ran(script: string): Record<Figure, number> {
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
  const { youngBytes } = ran(`
    startSmall();
    const follow = growWithTraffic();
    for (let calls = 0; calls < 5_000; calls += 1) {
      work();
      follow();
    }
    console.log(JSON.stringify({ youngBytes: youngBytes() }));`);
  assert.ok(youngBytes >= 16 * MEBIBYTE && youngBytes <= 32 * MEBIBYTE, `${youngBytes} bytes`);
});

test('what V8 made small while nobody asked is as large again under the next traffic', () => {
  const { youngBefore, youngBytes } = ran(`
    startSmall();
    const follow = growWithTraffic();
    const traffic = () => {
      for (let calls = 0; calls < 3_000; calls += 1) {
        work();
        follow();
      }
    };
    traffic();
    collectStart();
    const youngBefore = youngBytes();
    traffic();
    console.log(JSON.stringify({ youngBefore, youngBytes: youngBytes() }));`);
  assert.ok(youngBefore < 8 * MEBIBYTE, `${youngBefore} bytes were left: nothing was made small.`);
  assert.ok(youngBytes >= 16 * MEBIBYTE, `${youngBytes} bytes`);
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
