/** Who imports whom, read from the sources. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Import {
  /** Path of the importing file from the top of the repository, with slashes. */
  from: string;
  /** Path of ours from the top, or the name as written for packages and Node's own modules. */
  to: string;
  ours: boolean;
  /** Gone at run time. */
  typeOnly: boolean;
}

/** Static and dynamic imports and re-exports of every source under `folders`. */
export function readImports(folders: readonly string[]): Import[] {
  const patterns = folders.map((folder) => `${folder}/**/*.{ts,tsx}`);
  return globSync(patterns, { cwd: root }).flatMap((file) => {
    const from = file.split(sep).join('/');
    return importsOf(from, readFileSync(join(root, file), 'utf8'));
  });
}

/** The imports written in `source`, a formatted file at `from`. Exported for its own test. */
export function importsOf(from: string, source: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const ours = specifier.startsWith('.');
    const to = ours
      ? relative(root, join(root, dirname(from), specifier))
          .split(sep)
          .join('/')
      : specifier;
    found.push({ from, to, ours, typeOnly });
  };
  for (const [, clause, specifier] of source.matchAll(/^(?:import|export) ([^'"`;]*?)from '([^']+)'/gm)) {
    if (specifier) add(specifier, /^type\b/.test(clause ?? ''));
  }
  for (const [, specifier] of source.matchAll(/^import '([^']+)'/gm)) if (specifier) add(specifier, false);
  // A thread is an import too, and `typeof import()` is none.
  for (const [, specifier] of source.matchAll(/(?<!typeof )\bimport\('([^']+)'\)/g))
    if (specifier) add(specifier, false);
  return found;
}

/** The first circle among imports that exist at run time, as a list of files; null when there is none. */
export function findCircle(imports: readonly Import[]): string[] | null {
  const next = new Map<string, string[]>();
  for (const { from, to, ours, typeOnly } of imports) {
    if (ours && !typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const target of next.get(file) ?? []) {
      const circle = visit(target, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of next.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return null;
}
