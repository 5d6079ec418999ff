import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outdated } from '../../gateway/backups/rotation.ts';

const DAY_MS = 86_400_000;
const start = Date.parse('2026-01-01T03:00:00Z');
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const daily = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: dayOf(start + index * DAY_MS),
    createdAt: start + index * DAY_MS,
  }));

test('the last days, the last of each week and the last of each month stay', () => {
  const files = daily(200);
  const gone = new Set(outdated(files, { daily: 3, weekly: 2, monthly: 3 }, dayOf).map(({ name }) => name));
  const kept = files.filter(({ name }) => !gone.has(name)).map(({ name }) => name);
  // 19 July 2026 is a Sunday: the week's last and the day's are the same.
  assert.deepEqual(kept, ['2026-05-31', '2026-06-30', '2026-07-12', '2026-07-17', '2026-07-18', '2026-07-19']);
});

test('a rotation that is run every day keeps what one at the end would', () => {
  const rotation = { daily: 7, weekly: 4, monthly: 6 };
  let kept: { name: string; createdAt: number }[] = [];
  for (const file of daily(200)) {
    const all = [...kept, file];
    const gone = new Set(outdated(all, rotation, dayOf));
    kept = all.filter((one) => !gone.has(one));
  }
  const gone = new Set(outdated(daily(200), rotation, dayOf).map(({ name }) => name));
  const atTheEnd = daily(200)
    .map(({ name }) => name)
    .filter((name) => !gone.has(name));
  assert.deepEqual(
    kept.map(({ name }) => name),
    atTheEnd,
  );
});

test('the newest is never removed, and of two on a day the later one stays', () => {
  const twice = [
    { name: 'early', createdAt: start },
    { name: 'late', createdAt: start + 3_600_000 },
  ];
  assert.deepEqual(
    outdated(twice, { daily: 1, weekly: 0, monthly: 0 }, dayOf).map(({ name }) => name),
    ['early'],
  );
  assert.deepEqual(outdated(twice.slice(0, 1), { daily: 0, weekly: 0, monthly: 0 }, dayOf), []);
});
