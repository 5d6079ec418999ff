import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { renewReadme } from '../../resources/scripts/readme.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

describe('the README', () => {
  test('shows the settings and the snippet as they are in the code', () => {
    assert.equal(renewReadme(readme), readme, 'npm run readme renews them');
  });

  test('names only commands that exist', () => {
    const named = [...readme.matchAll(/(?:`|^)npm (?:run )?([a-z]+)/gm)].map((match) => match[1] ?? '');
    assert.ok(named.length > 5);
    assert.deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    );
  });

  test('names the folders that exist, all of the gateway’s and no others', () => {
    const tree = /```\n(electron\/[\s\S]*?)```/.exec(readme)?.[1] ?? '';
    let top = '';
    const paths = tree.split('\n').flatMap((line) => {
      const names = /^\s*((?:[\w-]+(?:\/|\.ts),? ?)+)(?:\s|$)/.exec(line)?.[1]?.match(/[\w-]+(\/|\.ts)/g) ?? [];
      if (!line.startsWith(' ')) top = names[0] ?? '';
      return line.startsWith(' ') ? names.map((name) => top + name) : names;
    });
    const inText = [...readme.matchAll(/`((?:electron|gateway|renderer|resources|test)\/[\w./-]+)`/g)];
    const all = [...paths, ...inText.map((match) => match[1] ?? '')];
    assert.deepEqual(
      all.filter((path) => !existsSync(join(root, path))),
      [],
    );
    const folders = readdirSync(join(root, 'gateway'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(
      folders.map(({ name }) => `gateway/${name}/`).filter((path) => !paths.includes(path)),
      [],
    );
  });
});
