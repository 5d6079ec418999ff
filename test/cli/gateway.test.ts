import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../support/build.ts';

test('a gateway starts in a new data directory and stops cleanly', async (t) => {
  const { gateway, url } = await build(t);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  await gateway.stop();
});
