/** Whatever a text holds, Postgres reads it from the array as it was written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { arrayLiteral } from '../../gateway/db/postgres-arrays.ts';
import { runStatement } from '../../gateway/db/postgres-pool.ts';
import { testServerUrl } from '../support/postgres-database.ts';
import { chance } from '../support/random.ts';

async function echo<T>(type: string, values: readonly (string | number | boolean | null)[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: testServerUrl() });
  await client.connect();
  try {
    const sql = `SELECT to_json($1::${type}[])::text`;
    const [row] = await runStatement(client, sql, [arrayLiteral(values)]);
    return JSON.parse(String(row?.[0]));
  } finally {
    await client.end();
  }
}

test('texts come back as they were: quotes, backslashes, braces, commas, lines, emoji, and the word NULL', async () => {
  const random = chance(7);
  const pieces = ['"', '\\', '{', '}', ',', '\n', '\t', ' ', "'", 'NULL', 'null', 'é', '🙂', '\\u0000', '\\"', 'a', ''];
  const made = Array.from({ length: 500 }, () =>
    Array.from({ length: random.below(6) }, () => random.pick(pieces)).join(''),
  );
  const texts = ['', ' ', 'NULL', '{}', 'Mozilla/5.0 (X11; Linux x86_64) "quoted" \\ {x,y}', ...made, null];
  assert.deepEqual(await echo('text', texts), texts);
});

test('a zero byte and half of a surrogate pair become a mark, and spoil nothing beside them', async () => {
  assert.deepEqual(await echo('text', ['a\0b', 'fine', '\ud800', '["\\u0000"]']), [
    'a\ufffdb',
    'fine',
    '\ufffd',
    '["\\u0000"]',
  ]);
});

test('numbers, truths and nothing at all come back too', async () => {
  assert.deepEqual(await echo('bigint', [0, -1, Number.MAX_SAFE_INTEGER, null]), [
    0,
    -1,
    Number.MAX_SAFE_INTEGER,
    null,
  ]);
  assert.deepEqual(await echo('float8', [0.1, 1e-7, 1e21, null]), [0.1, 1e-7, 1e21, null]);
  assert.deepEqual(await echo('boolean', [true, false, null]), [true, false, null]);
  assert.deepEqual(await echo('text', []), []);
});
