import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorIn } from './refusals.ts';

test('an answer that is no refusal is shown by the test that expected one', () => {
  assert.equal(errorIn({ status: 429, text: '{"error":{"code":"rate_limited"}}' }).code, 'rate_limited');
  for (const [status, text] of [
    [200, '{"choices":[]}'],
    [502, '<h1>Bad gateway</h1>'],
    [200, 'null'],
  ] as const) {
    assert.throws(() => errorIn({ status, text }), {
      message: `An error was expected, and the answer was ${status} ${text}`,
    });
  }
  assert.throws(() => errorIn({ status: 204, text: '' }), /204 without a body/);
});
