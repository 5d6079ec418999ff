import assert from 'node:assert/strict';
import { matchesGlob } from 'node:path';
import { describe, test } from 'node:test';
import { findCircle, type Import, importsOf, readImports } from './source-graph.ts';

const imports = readImports(['electron', 'gateway', 'renderer']);

const matches = (path: string, patterns: readonly string[]) => patterns.some((pattern) => matchesGlob(path, pattern));

/** Asserts that no import satisfies `isForbidden`, and names those that do. */
function assertNone(isForbidden: (candidate: Import) => boolean): void {
  const found = imports.filter(isForbidden).map(({ from, to }) => `${from} imports ${to}`);
  assert.deepEqual(found, []);
}

/** What both the gateway's capabilities and its database may stand on. */
const BASE = [
  'gateway/contract/**',
  'gateway/db/**',
  'gateway/events/**',
  'gateway/ledger/**',
  'gateway/ops/{api-error,clock,fault-point,give-way,own-files,start-error}.ts',
];
const HOSTS = ['gateway/gateway.ts', 'gateway/{cli,cli-output}.ts', 'gateway/cli/**'];
const PURE = [
  'gateway/contract/**',
  'gateway/ledger/{charge,periods,sizing}.ts',
  'gateway/proxy/dialects/**',
  'gateway/proxy/{json-array,json-outline,member-scan,sse,word-search}.ts',
];
/** The data directory is locked with SQLite's own file locks, which no crash leaves behind. */
const DRIVER_USERS = ['gateway/db/**', 'gateway/ledger/**', 'gateway/limits/redis.ts', 'gateway/ops/data-dir-lock.ts'];
const DRIVERS = [
  'better-sqlite3',
  'pg',
  'postgres',
  'ioredis',
  'drizzle-orm/better-sqlite3',
  'drizzle-orm/sqlite-proxy',
  'drizzle-orm/pg-proxy',
];
/**
 * What fields take, for the gateway that refuses the rest and the forms that tell so before, and how figures are written: they
 * weigh nothing in a page.
 */
const SHARED_VALUES = ['gateway/contract/{bounds,formats,formatters}.ts'];
const INPUT_OUTPUT = /^node:(fs|http|https|net|tls|dns|child_process|worker_threads|os|timers)/;

describe('who may import whom', () => {
  test('the reader of imports sees every form of them', () => {
    const source = [
      "import { a } from './a.ts';",
      "import type { B } from '../b.ts';",
      "import {\n  c,\n  type D,\n} from './c.ts';",
      "export type { E } from './e.ts';",
      "export * from './f.ts';",
      "import './g.css';",
      "const lazy = await import('./h.ts');",
      "type Lazy = typeof import('./i.ts');",
      "import { z } from 'zod';",
    ].join('\n');
    const read = importsOf('gateway/x/y.ts', source).map(({ to, typeOnly }) => `${to}${typeOnly ? ' (type)' : ''}`);
    assert.deepEqual(read.sort(), [
      'gateway/b.ts (type)',
      'gateway/x/a.ts',
      'gateway/x/c.ts',
      'gateway/x/e.ts (type)',
      'gateway/x/f.ts',
      'gateway/x/g.css',
      'gateway/x/h.ts',
      'zod',
    ]);
    assert.ok(imports.length > 100, 'the sources were found');
  });

  test('the gateway imports nothing outside itself, and never Electron or React', () => {
    assertNone(({ from, to, ours }) => {
      if (!from.startsWith('gateway/')) return false;
      if (ours) return !to.startsWith('gateway/');
      // Mails are React, too: rendered to text, in the mail's own folder.
      if (from.startsWith('gateway/mail/html') && /^react(-email)?$/.test(to)) return false;
      return /^(electron|react|@mantine|@tanstack)/.test(to);
    });
  });

  test('the renderer takes only types from the contracts, but for bounds and formatters, and nothing else of the other halves', () => {
    assertNone(({ from, to, ours, typeOnly }) => {
      if (!from.startsWith('renderer/')) return false;
      if (!ours) return to === 'electron' || to.startsWith('node:');
      if (to.startsWith('renderer/') || matches(to, SHARED_VALUES)) return false;
      return !typeOnly || !matches(to, ['gateway/contract/**', 'electron/contract.ts']);
    });
  });

  test('bounds and formatters import nothing but each other', () => {
    assertNone(({ from, to }) => matches(from, SHARED_VALUES) && !matches(to, SHARED_VALUES));
  });

  test("Electron's main process reaches the gateway through its public entries only", () => {
    assertNone(({ from, to, ours }) => {
      if (!from.startsWith('electron/main/') || !ours) return false;
      return !to.startsWith('electron/') && to !== 'gateway/gateway.ts' && to !== 'gateway/approver.ts';
    });
  });

  test('what approvers use offline knows no database, no network and no capability', () => {
    const seen = new Set(['gateway/approver.ts']);
    for (const file of seen) for (const { from, to, ours } of imports) if (ours && from === file) seen.add(to);
    assert.deepEqual(
      [...seen].filter(
        (file) =>
          !matches(file, [
            'gateway/approver.ts',
            'gateway/contract/**',
            'gateway/packets/{files,signing,canonical}.ts',
          ]),
      ),
      [],
    );
    assert.ok(seen.size > 4, 'imports were followed');
  });

  test('the preload script knows Electron and the contract only', () => {
    assertNone(({ from, to }) => {
      if (!from.startsWith('electron/preload/')) return false;
      return to !== 'electron' && to !== 'electron/contract.ts' && !to.startsWith('electron/preload/');
    });
  });

  test('the contracts are free of both hosts', () => {
    assertNone(({ from, to }) => from === 'electron/contract.ts' && to !== 'zod');
    assertNone(({ from, to }) => {
      return from.startsWith('gateway/contract/') && to !== 'zod' && !to.startsWith('gateway/contract/');
    });
  });

  test('database and ledger know no capability', () => {
    assertNone(({ from, to, ours, typeOnly }) => {
      return ours && !typeOnly && matches(from, BASE) && !matches(to, BASE);
    });
  });

  test('nothing but the hosts knows the hosts', () => {
    assertNone(({ from, to }) => matches(to, HOSTS) && from.startsWith('gateway/') && !matches(from, HOSTS));
  });

  test('only database and ledger know the drivers', () => {
    assertNone(({ from, to }) => matches(to, DRIVERS) && !matches(from, DRIVER_USERS));
  });

  test('pure modules stand on pure modules and touch nothing outside the process', () => {
    assertNone(({ from, to, ours, typeOnly }) => {
      if (!matches(from, PURE) || typeOnly) return false;
      return ours ? !matches(to, PURE) : INPUT_OUTPUT.test(to);
    });
  });

  test('nothing that ships imports tests or scripts', () => {
    assertNone(({ to, ours }) => ours && matches(to, ['test/**', 'resources/**']));
  });

  test('there are no circles', () => {
    assert.deepEqual(findCircle(imports), null);
    const circle = ['a.ts', 'b.ts', 'c.ts'].map((from, index, files) => {
      return { from, to: files[(index + 1) % files.length] ?? '', ours: true, typeOnly: false };
    });
    assert.deepEqual(findCircle(circle), ['a.ts', 'b.ts', 'c.ts', 'a.ts']);
  });
});
