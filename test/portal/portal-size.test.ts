import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildIfStale } from '../../resources/scripts/build.ts';

const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'out/renderer');
const MOST_BYTES = 150_000;

before(() => buildIfStale());

/** The page and every file that it, its scripts or its styles ask for, at once or later. */
function filesOf(page: string): string[] {
  const found = new Set<string>();
  const queue = [page];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    if (!/\.(html|js|css)$/.test(file)) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, name] of text.matchAll(/["'(](?:\.\/)?((?:assets\/)?[\w-]+-[\w-]{8}\.(?:js|css|svg|woff2?))["')]/g)) {
      if (name) queue.push(name.startsWith('assets/') ? name : `assets/${name}`);
    }
  }
  return [...found];
}

test('everything that the portal loads is at most 150 kB, compressed', () => {
  const files = filesOf('portal.html');
  assert.ok(files.some((file) => /\.js$/.test(file)) && files.some((file) => /\.css$/.test(file)), 'they were found');
  const sizes = files.map((file) => ({ file, bytes: gzipSync(readFileSync(join(folder, file)), { level: 6 }).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(total <= MOST_BYTES, `${total} bytes: ${JSON.stringify(sizes)}`);
  const page = readFileSync(join(folder, 'portal.html'), 'utf8');
  const atOnce = files.filter((file) => file.endsWith('.js') && page.includes(file));
  assert.ok(atOnce.length > 0 && atOnce.length < files.filter((file) => file.endsWith('.js')).length);
  assert.equal(
    atOnce.some((file) => readFileSync(join(folder, file), 'utf8').includes('mantine')),
    false,
    "nothing of the console's comes along before a calendar is opened",
  );
});
