/** What the console loads before anything can be seen. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { locales } from '../../renderer/shared/i18n/locale.ts';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { root } from '../../resources/scripts/run.ts';

const MOST_BYTES = 400_000;

test('the console begins with at most 400 kB, compressed, with the words of one language, and without the charts', async () => {
  await buildIfStale();
  const folder = join(root, 'out/renderer');
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
  assert.ok(
    files.some((file) => file.endsWith('.js')) && files.some((file) => file.endsWith('.css')),
    'they were found',
  );
  const contents = files.map((file) => readFileSync(join(folder, file)));
  const catalogues = readdirSync(join(folder, 'assets')).filter((file) => file.startsWith('catalogue-'));
  assert.equal(catalogues.length, locales.length, 'each language is loaded by itself');
  const words = Math.max(...catalogues.map((file) => compressed(readFileSync(join(folder, 'assets', file)))));
  const total = contents.reduce((sum, content) => sum + compressed(content), words);
  assert.ok(total <= MOST_BYTES, `${total} bytes`);
  assert.ok(!contents.some((content) => content.includes('recharts')), 'the charts are loaded when one is shown');
});

function compressed(content: Buffer): number {
  return gzipSync(content, { level: 6 }).length;
}
