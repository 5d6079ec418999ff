import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHuge, outcomeOf } from '../../renderer/console/users/plan-outcome.ts';

test('another plan is told with its limit and what is left of it, credits as before', () => {
  const user = { monthlyLimit: 1_000, used: 400, credits: 50, available: 650 };
  assert.deepEqual(outcomeOf(user, 2_000), { limit: 2_000, left: 1_650 });
  assert.deepEqual(outcomeOf(user, 300), { limit: 300, left: 50 }, 'of the month nothing, the credits stay');
  assert.deepEqual(outcomeOf(user, null), { limit: null, left: null });
  const unlimited = { monthlyLimit: null, used: 400, credits: 50, available: null };
  assert.deepEqual(outcomeOf(unlimited, 1_000), { limit: 1_000, left: 650 });
});

test('an amount far beyond the limit is asked about once more, in both directions', () => {
  const user = { monthlyLimit: 5_000_000 };
  assert.equal(isHuge(50_000_000, user), false);
  assert.equal(isHuge(50_000_001, user), true);
  assert.equal(isHuge(-60_000_000, user), true);
  assert.equal(isHuge(9_000_000, { monthlyLimit: 1_000 }), false, 'a small limit makes no usual grant huge');
  assert.equal(isHuge(20_000_000, { monthlyLimit: null }), true);
});
