import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { UpdateChoices, UpdateState } from '../../../electron/contract.ts';
import { keepUpdateChoices } from '../../../electron/main/updates/choices.ts';
import { plainNotes, type ReleaseInfo } from '../../../electron/main/updates/release-notes.ts';
import { createUpdates, looksNow, type Updater, type UpdatesOptions } from '../../../electron/main/updates/updates.ts';

const RELEASE: ReleaseInfo = { version: '0.2.0', files: [{ size: 1_000 }], releaseDate: '2026-11-01T00:00:00.000Z' };

/** An updater whose every step the test takes by hand, and a note of all that was asked of it. */
function rig(overrides: Partial<Updater> = {}, more: Partial<UpdatesOptions> = {}) {
  const asked: string[] = [];
  const told: UpdateState[] = [];
  const download = Promise.withResolvers<void>();
  let progress: (progress: { percent: number; bytesPerSecond: number }) => void = () => undefined;
  const updater: Updater = {
    check: async (channel) => {
      asked.push(`check ${channel}`);
      return RELEASE;
    },
    download: (onProgress) => {
      asked.push('download');
      progress = onProgress;
      return download.promise;
    },
    cancelDownload: () => {
      asked.push('cancel');
      download.reject(new Error('cancelled'));
    },
    quitAndInstall: () => asked.push('install'),
    ...overrides,
  };
  let kept: UpdateChoices = { channel: 'latest', looksByItself: true };
  const updates = createUpdates({
    version: '0.1.0',
    updater: async () => updater,
    choices: {
      read: () => kept,
      write(choices) {
        kept = choices;
      },
    },
    drain: async () => void asked.push('drain'),
    resume: async () => void asked.push('resume'),
    changed: (state) => told.push(state),
    now: () => 7,
    ...more,
  });
  return { updates, asked, told, download, progress: (percent: number) => progress({ percent, bytesPerSecond: 10 }) };
}

const kinds = (told: readonly UpdateState[]) => told.map(({ step }) => step.kind);
const untilKind = async (updates: { state(): UpdateState }, kind: string) => {
  for (let turn = 0; turn < 1_000 && updates.state().step.kind !== kind; turn++) await Promise.resolve();
  assert.equal(updates.state().step.kind, kind);
};

describe('updates', () => {
  test('are looked for, fetched and installed only one by one, each when asked for', async () => {
    const { updates, asked, told, download, progress } = rig();
    assert.deepEqual(updates.state().step, { kind: 'idle' });
    await updates.download();
    await updates.install();
    assert.deepEqual(asked, [], 'nothing to fetch, nothing to install');

    await updates.check();
    assert.deepEqual(asked, ['check latest'], 'found, not fetched');
    await updates.install();
    await updates.download();
    progress(41.7);
    progress(100);
    assert.equal(updates.state().step.kind, 'downloading');
    download.resolve();
    await untilKind(updates, 'ready');
    assert.deepEqual(asked, ['check latest', 'download'], 'fetched, not installed');

    await updates.install();
    assert.deepEqual(asked.slice(2), ['drain', 'install'], 'no exchange is cut by an installer');
    assert.deepEqual(kinds(told), [
      'checking',
      'available',
      'downloading',
      'downloading',
      'downloading',
      'ready',
      'installing',
    ]);
    const release = { version: '0.2.0', notes: '', publishedAt: '2026-11-01T00:00:00.000Z', bytes: 1_000 };
    assert.deepEqual(told[3]?.step, { kind: 'downloading', release, percent: 41, bytesPerSecond: 10 });
  });

  test('that were cancelled can be fetched later, and late progress changes nothing', async () => {
    const { updates, asked, progress } = rig();
    await updates.check();
    await updates.download();
    await updates.cancel();
    progress(80);
    await untilKind(updates, 'available');
    assert.deepEqual(asked, ['check latest', 'download', 'cancel']);
  });

  test('that cannot be had leave a sentence, and can be tried again', async () => {
    const offline = rig({ check: async () => Promise.reject(new Error('No network.')) });
    await offline.updates.check();
    assert.deepEqual(offline.updates.state().step, { kind: 'failed', during: 'check', message: 'No network.' });
    await offline.updates.check();
    assert.equal(offline.told.length, 4);

    const broken = rig();
    await broken.updates.check();
    await broken.updates.download();
    broken.download.reject(new Error('The checksum differs.'));
    await untilKind(broken.updates, 'failed');
    await broken.updates.install();
    assert.ok(!broken.asked.includes('install'), 'what was not fetched whole is not installed');
  });

  test('that cannot be installed bring the gateway back', async () => {
    for (const late of [false, true]) {
      let fails: (error: Error) => void = () => undefined;
      const { updates, asked, download } = rig({
        quitAndInstall: (onFailure) => {
          fails = onFailure;
          if (!late) onFailure(new Error('Not signed.'));
        },
      });
      await updates.check();
      await updates.download();
      download.resolve();
      await untilKind(updates, 'ready');
      await updates.install();
      if (late) fails(new Error('Not signed.'));
      assert.deepEqual(updates.state().step, { kind: 'failed', during: 'install', message: 'Not signed.' });
      assert.deepEqual(asked.slice(-2), ['drain', 'resume']);
    }
  });

  test('are not installed over a gateway that does not stop', async () => {
    const { updates, asked, download } = rig({}, { drain: async () => Promise.reject(new Error('Still busy.')) });
    await updates.check();
    await updates.download();
    download.resolve();
    await untilKind(updates, 'ready');
    await updates.install();
    assert.equal(updates.state().step.kind, 'failed');
    assert.ok(!asked.includes('install'));
  });

  test('of another channel are looked for anew', async () => {
    const { updates, asked } = rig();
    await updates.check();
    const state = await updates.choose({ channel: 'beta' });
    assert.deepEqual(state.step, { kind: 'idle' });
    assert.deepEqual(state.choices, { channel: 'beta', looksByItself: true });
    await updates.check();
    assert.deepEqual(asked, ['check latest', 'check beta']);
  });

  test('are looked for by the app itself only where people want that, and never over what they began', async () => {
    const { updates, asked, download } = rig();
    assert.ok(looksNow(updates.state()));
    await updates.check();
    assert.ok(!looksNow(updates.state()), 'an offer stands until somebody took or left it');
    await updates.download();
    download.resolve();
    await untilKind(updates, 'ready');
    assert.ok(!looksNow(updates.state()));
    assert.deepEqual(asked, ['check latest', 'download']);

    const unwanted = rig();
    await unwanted.updates.choose({ looksByItself: false });
    assert.ok(!looksNow(unwanted.updates.state()));
  });

  test('are left to others where the app does not update itself', async () => {
    const { updates } = rig({}, { updater: null, off: 'sources' });
    for (const act of [updates.check, updates.download, updates.install]) {
      assert.deepEqual((await act()).step, { kind: 'off', why: 'sources' });
    }
  });
});

describe('choices about updates', () => {
  function file(t: TestContext): string {
    const folder = mkdtempSync(join(tmpdir(), 'solaris-updates-'));
    t.after(() => rmSync(folder, { recursive: true }));
    return join(folder, 'updates.json');
  }

  test('are kept, and are the usual ones where nothing can be read', (t) => {
    const path = file(t);
    const usual = { channel: 'latest', looksByItself: true };
    assert.deepEqual(keepUpdateChoices(path).read(), usual);
    keepUpdateChoices(path).write({ channel: 'beta', looksByItself: false });
    assert.deepEqual(keepUpdateChoices(path).read(), { channel: 'beta', looksByItself: false });
    for (const content of ['', '{', '{"channel":"nightly","looksByItself":true}', '[]']) {
      writeFileSync(path, content);
      assert.deepEqual(keepUpdateChoices(path).read(), usual, content);
    }
  });
});

describe('release notes', () => {
  test('become plain text, whatever HTML they came as', () => {
    const html =
      '<h2>New</h2><ul><li>Faster &amp; calmer</li><li>Portal</li></ul><p>Thanks<br/>all</p>' +
      '<script>alert("x")</script><img src=x onerror=alert(1)>';
    assert.equal(plainNotes(html), 'New\n\n• Faster & calmer\n• Portal\nThanks\nall');
    assert.equal(
      plainNotes([
        { version: '0.2.0', note: 'a' },
        { version: '0.1.1', note: null },
      ]),
      '0.2.0\na\n\n0.1.1\n',
    );
    assert.equal(plainNotes(null), '');
    assert.ok(plainNotes('x'.repeat(100_000)).length < 9_000);
  });
});
