/** What the console loads before anything can be seen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { root } from '../../resources/scripts/run.ts';

const MOST_BYTES = 400_000;

test('the console begins with at most 400 kB, compressed, and without the charts', async () => {
  await buildIfStale();
  const folder = join(root, 'out/renderer');
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
  assert.ok(
    files.some((file) => file.endsWith('.js')) && files.some((file) => file.endsWith('.css')),
    'they were found',
  );
  const contents = files.map((file) => readFileSync(join(folder, file)));
  const total = contents.reduce((sum, content) => sum + gzipSync(content, { level: 6 }).length, 0);
  assert.ok(total <= MOST_BYTES, `${total} bytes`);
  assert.ok(!contents.some((content) => content.includes('recharts')), 'the charts are loaded when one is shown');
});
