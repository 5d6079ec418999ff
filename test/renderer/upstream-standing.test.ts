import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Upstream } from '../../gateway/contract/upstreams.ts';
import { standingOf } from '../../renderer/console/settings/upstream-standing.ts';

const HEALTH: Upstream['health'] = {
  state: 'closed',
  retryAt: null,
  restingModels: [],
  lastAnswerAt: null,
  lastFailure: null,
  failures: 0,
};
const FAILURE = { kind: 'unreachable', statusCode: null, at: 2_000 } as const;

function standing(health: Partial<Upstream['health']>, probe?: 'up' | 'down', enabled = true) {
  return standingOf({ enabled, health: { ...HEALTH, ...health } }, probe);
}

test('an upstream answers only when it has: never asked, down by the health check or failing is told as that', () => {
  assert.equal(standing({}), 'unasked');
  assert.equal(standing({}, 'up'), 'unasked');
  assert.equal(standing({}, 'down'), 'unreachable');
  assert.equal(standing({ lastFailure: FAILURE }), 'failed');
  assert.equal(standing({ lastFailure: FAILURE, lastAnswerAt: 1_000 }, 'up'), 'failed');
  assert.equal(standing({ lastFailure: FAILURE, lastAnswerAt: 3_000 }, 'up'), 'answers');
  assert.equal(standing({ lastAnswerAt: 1_000 }, 'down'), 'unreachable');
  assert.equal(standing({ state: 'open', lastAnswerAt: 1_000 }, 'up'), 'rests');
  assert.equal(standing({ state: 'half_open' }), 'tried');
  assert.equal(standing({ lastAnswerAt: 1_000 }, 'up', false), 'off');
});
