import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../../resources/scripts/run.ts';

interface Step {
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface Job {
  needs?: string | string[];
  permissions?: Record<string, string>;
  strategy?: { matrix: { os?: string[]; include?: { os: string; packed: string }[] } };
  'timeout-minutes'?: number;
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const files = globSync('.github/workflows/*.yml', { cwd: root });
const read = (file: string): Workflow => parse(readFileSync(join(root, file), 'utf8')) as Workflow;
const { jobs, on } = read('.github/workflows/desktop.yml');
const stepsOf = (name: string): Step[] => jobs[name]?.steps ?? assert.fail(`there is no job ${name}`);
const builder = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as {
  appId: string;
  publish: Record<string, string>;
  linux: { target: string[] };
  mac: { target: string[] };
  win: { target: string };
  protocols: { schemes: string[] }[];
};

describe('the workflows', () => {
  for (const file of files) {
    test(`${basename(file)} runs pinned actions, with no rights that it does not need`, () => {
      const workflow = read(file);
      assert.deepEqual(workflow.permissions, { contents: 'read' });
      const text = readFileSync(join(root, file), 'utf8');
      const uses = [...text.matchAll(/uses: (\S+)(.*)/g)];
      assert.ok(uses.length > 0);
      for (const [, action = '', comment = ''] of uses) {
        assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/, 'pinned by commit: a tag can be moved');
        assert.match(comment, /^ # v\d+\.\d+\.\d+$/, `${action} says which version that is`);
      }
      for (const job of Object.values(workflow.jobs)) {
        assert.ok((job['timeout-minutes'] ?? 0) > 0, 'what hangs ends');
        for (const { uses: action, run = '', with: inputs } of job.steps) {
          if (action?.startsWith('actions/checkout')) assert.equal(inputs?.['persist-credentials'], false);
          assert.doesNotMatch(run, /\$\{\{/, 'what comes from outside reaches a script by its environment only');
        }
      }
    });
  }

  test('the same action is pinned to one commit everywhere', () => {
    const pins = files.flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/uses: (\S+)@(\S+)/g)]);
    const byAction = new Map(pins.map(([, action, commit]) => [action, commit]));
    for (const [, action, commit] of pins) assert.equal(commit, byAction.get(action), action);
  });
});

describe('the workflow of the desktop', () => {
  test('runs the real app on three systems, and fails where its binary is missing', () => {
    assert.deepEqual(jobs.test?.strategy?.matrix.os, ['ubuntu-latest', 'macos-latest', 'windows-latest']);
    const runs = stepsOf('test').filter(({ run }) => run?.includes('npm run test:desktop'));
    assert.deepEqual(runs.map((step) => step.if).sort(), ["runner.os != 'Linux'", "runner.os == 'Linux'"]);
    for (const { env } of runs) assert.equal(env?.SOLARIS_DESKTOP, 'required');
    assert.ok('pull_request' in on && 'workflow_dispatch' in on);
  });

  test('packs on a machine of each kind, after the tests, and starts what it packed', () => {
    assert.deepEqual(jobs.package?.needs, ['test', 'draft']);
    const machines = jobs.package?.strategy?.matrix.include?.map(({ os }) => os);
    assert.deepEqual(machines, [
      'ubuntu-latest',
      'ubuntu-24.04-arm',
      'macos-latest',
      'macos-15-intel',
      'windows-latest',
    ]);
    assert.ok(stepsOf('package').some(({ env }) => env?.SOLARIS_PACKED?.includes('matrix.packed')));
    assert.deepEqual(builder.linux.target, ['deb', 'rpm', 'AppImage']);
    assert.deepEqual(builder.mac.target, ['dmg', 'zip'], 'updates of macOS are taken from the zip');
    assert.equal(builder.win.target, 'nsis');
  });

  test('signs where there are certificates and packs without them, and shows them to no other step', () => {
    const withSecrets = Object.values(jobs).flatMap(({ steps }) =>
      steps.filter(({ env = {} }) => Object.values(env).some((value) => value.includes('secrets.'))),
    );
    assert.equal(withSecrets.length, 1);
    const [{ run = '', env = {} } = {}] = withSecrets;
    for (const name of Object.keys(env)) assert.ok(run.includes(`$${name}`), name);
    assert.match(run, /CSC_IDENTITY_AUTO_DISCOVERY false/);
  });

  test('publishes nothing by itself: a tag makes a draft, anything else makes no release', () => {
    const draft = stepsOf('draft')
      .map(({ run }) => run)
      .join('\n');
    assert.match(draft, /gh release create "\$TAG" --draft/);
    assert.deepEqual(builder.publish, { provider: 'github', releaseType: 'draft' });
    const dist = stepsOf('package').find(({ run }) => run?.startsWith('npm run dist'));
    assert.match(dist?.env?.PUBLISH ?? '', /startsWith\(github\.ref, 'refs\/tags\/v'\) && 'always' \|\| 'never'/);
    const writers = Object.entries(jobs).filter(([, { permissions }]) => permissions?.contents === 'write');
    assert.deepEqual(
      writers.map(([name]) => name),
      ['draft', 'package'],
    );
  });

  test('packs an app that calls itself as its own code does', () => {
    const sources = ['electron/main/index.ts', 'electron/main/shell/deep-link.ts'].map((file) =>
      readFileSync(join(root, file), 'utf8'),
    );
    assert.match(
      sources.join('\n'),
      new RegExp(`'${builder.appId.replaceAll('.', '\\.')}'`),
      'else Windows shows no notifications',
    );
    assert.deepEqual(builder.protocols[0]?.schemes, [/LINK_SCHEME = '([\w-]+)'/.exec(sources.join('\n'))?.[1]]);
  });
});
