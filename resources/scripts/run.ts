/** Child processes of the scripts: this Node, the tools in node_modules, from the top of the repository. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Run {
  ok: boolean;
  /** What it printed, both streams; empty when it wrote to the terminal itself. */
  output: string;
}

/** The JavaScript file behind a package's command, so that no shell and no `.cmd` wrapper stands between. */
export function toolPath(packageName: string, command: string): string {
  const file = join(root, 'node_modules', packageName, 'package.json');
  const { bin } = createRequire(import.meta.url)(file) as { bin: string | Record<string, string> };
  const path = typeof bin === 'string' ? bin : bin[command];
  if (!path) throw new Error(`${packageName} has no command ${command}`);
  return join(dirname(file), path);
}

/** Runs Node with `args`. @param options.show lets it write to the terminal instead of collecting what it prints */
export function runNode(args: string[], options: { show?: boolean } = {}): Promise<Run> {
  const stdio = options.show ? 'inherit' : ('pipe' as const);
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', stdio, stdio] });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
