import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Lines of the sources under `pattern` that match, as `file:line`. */
function linesWith(pattern: string, what: RegExp, except: readonly string[] = []): string[] {
  return globSync(pattern, { cwd: root }).flatMap((file) => {
    if (file.includes('node_modules') || except.includes(file.replaceAll('\\', '/'))) return [];
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    return lines.flatMap((line, index) => (what.test(line) ? [`${file}:${index + 1}`] : []));
  });
}

describe('what no source contains', () => {
  test('the gateway takes the time from its clock', () => {
    const wallClock = /Date\.now\(\)|new Date\(\)|performance\.timeOrigin/;
    assert.deepEqual(linesWith('gateway/**/*.ts', wallClock, ['gateway/ops/clock.ts']), []);
  });

  test('dates are written by the shared formatters, so that each language has one form of them', () => {
    const own = /new Intl\.DateTimeFormat|toLocale(Date|Time)String/;
    const except = [
      'gateway/contract/formatters.ts',
      // Asks whether a zone exists.
      'gateway/contract/formats.ts',
      // Reads what a zone's clock shows; nobody else does.
      'gateway/ledger/periods.ts',
      // Tells how far a zone is from UTC.
      'renderer/console/settings/named-choice.tsx',
    ];
    assert.deepEqual(linesWith('{electron,gateway,renderer}/**/*.{ts,tsx}', own, except), []);
  });

  test('nothing is left for later in a comment', () => {
    const marks = new RegExp(
      ['TO', 'FIX', 'XX'].map((start, index) => `\\b${start}${['DO', 'ME', 'X'][index]}\\b`).join('|'),
    );
    assert.deepEqual(linesWith('{electron,gateway,renderer,resources,test}/**/*.{ts,tsx,mjs}', marks), []);
  });

  test('no page asks another origin for anything', () => {
    const foreign = /(src|href)=["']?(https?:)?\/\/|url\(["']?(https?:)?\/\/|@import\s+["'](https?:)?\/\//;
    assert.deepEqual(linesWith('renderer/**/*.{html,css,tsx}', foreign), []);
  });

  test('what runs for every request names a function before it becomes a property', () => {
    // V8 makes one that is written right into a property old at once, and its whole request would stay with it until the
    // next major collection.
    const assigned = /\w\.#?\w+ (\?\?|\|\|)?= (async )?(function\b|\w+ =>|\([^()]*\)(: [^=]+)? =>)/;
    assert.deepEqual(linesWith('gateway/proxy/**/*.ts', assigned), []);
  });
});
