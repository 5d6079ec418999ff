import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARDS_BELOW, levelFor } from '../../renderer/console/ui/table/room.ts';

test('a table gives up one column after the other, and becomes cards where the rest has no room', () => {
  const needs = new Map([
    [0, 1_000],
    [1, 900],
    [2, 800],
  ]);
  const levels = [1_000, 999, 899, 799, CARDS_BELOW - 1].map((width) => levelFor(width, needs, 2));
  assert.deepEqual(levels, [0, 1, 2, 3, 3]);
});

test('what was never seen too wide is tried, and a short row in little room is a card all the same', () => {
  assert.equal(levelFor(700, new Map(), 2), 0);
  assert.equal(levelFor(700, new Map([[0, 900]]), 2), 1);
  assert.equal(levelFor(CARDS_BELOW - 1, new Map(), 0), 1);
});
