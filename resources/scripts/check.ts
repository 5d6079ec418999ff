/** `npm run check`: everything that can be said of the sources without running them. */
import { styleText } from 'node:util';
import { checkMigrations } from './migrations.ts';
import { type Run, runNode, toolPath } from './run.ts';

/** All sources together, then each half with only what it has at run time: no DOM in the gateway, no Node in the renderer. */
const PROJECTS = [
  'tsconfig.json',
  'resources/tooling/tsconfig.gateway.json',
  'resources/tooling/tsconfig.renderer.json',
];

async function types(): Promise<Run> {
  for (const project of PROJECTS) {
    const run = await runNode([toolPath('typescript', 'tsc'), '-p', project]);
    if (!run.ok) return run;
  }
  return { ok: true, output: '' };
}

const checks: Record<string, () => Promise<Run>> = {
  'format and lint': () =>
    runNode([toolPath('@biomejs/biome', 'biome'), 'check', '--config-path=resources/tooling/biome-config.json', '.']),
  types,
  'migrations of both schemas': checkMigrations,
};

/** Runs all checks at once and prints a line for each, with what it found. @returns whether all are good */
export async function check(): Promise<boolean> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, work]) => {
      const started = performance.now();
      const { ok, output } = await work();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${ok ? styleText('green', '✔') : styleText('red', '✖')} ${name} (${seconds} s)`);
      if (!ok) console.log(output.trimEnd());
      return ok;
    }),
  );
  return results.every(Boolean);
}

if (import.meta.main) process.exitCode = (await check()) ? 0 : 1;
