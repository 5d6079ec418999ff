/**
 * Migrations of the two schemas. `npm run migration -- <name>` writes them for both after a schema changed;
 * `npm run check` asks that nothing is left to write.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Run, root, runNode, toolPath } from './run.ts';

const dialects = [
  { folder: 'sqlite', name: 'sqlite', schema: 'gateway/db/schema.sqlite.ts' },
  { folder: 'pg', name: 'postgresql', schema: 'gateway/db/schema.pg.ts' },
];

/** The migrations are consistent, and generating again would add none. */
export async function checkMigrations(): Promise<Run> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const copy = mkdtempSync(join(cache, 'migrations-'));
  try {
    const runs = await Promise.all(dialects.map((dialect) => checkDialect(dialect, copy)));
    return { ok: runs.every((run) => run.ok), output: runs.map((run) => run.output).join('') };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

async function checkDialect({ folder, name, schema }: (typeof dialects)[number], copy: string): Promise<Run> {
  const original = join(root, 'resources/migrations', folder);
  const target = join(copy, folder);
  cpSync(original, target, { recursive: true });
  // drizzle-kit puts "./" before the folder, so an absolute one does not work.
  const out = relative(root, target).split(sep).join('/');
  const options = ['--dialect', name, '--out', out];
  const consistent = await drizzleKit(['check', ...options]);
  if (!consistent.ok) return consistent;
  const generated = await drizzleKit(['generate', ...options, '--schema', schema, '--name', 'missing']);
  const missing = readdirSync(target).length > readdirSync(original).length;
  if (generated.ok && !missing) return generated;
  const hint = `${schema} has changes that no migration makes. Run: npm run migration -- <name>\n`;
  return { ok: false, output: missing ? hint : generated.output };
}

function drizzleKit(args: string[], show = false): Promise<Run> {
  return runNode([toolPath('drizzle-kit', 'drizzle-kit'), ...args], { show });
}

if (import.meta.main) {
  const name = process.argv[2];
  if (!name || !/^[a-z][a-z_]*$/.test(name)) {
    console.error('Usage: npm run migration -- <name>, in lower case with underscores');
    process.exit(2);
  }
  for (const { folder } of dialects) {
    const config = `resources/tooling/drizzle.${folder}.ts`;
    const { ok } = await drizzleKit(['generate', '--config', config, '--name', name], true);
    if (!ok) process.exit(1);
  }
}
