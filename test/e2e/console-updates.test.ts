/** Updates in the desktop's console: the real panel on the real steps, with an updater whose download the test holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UpdateChoices } from '../../electron/contract.ts';
import { createUpdates } from '../../electron/main/updates/updates.ts';
import { openConsole } from '../support/console.ts';

test('an update is offered with its notes, and fetched and installed only when asked for', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('owner', '/settings');
  const asked: string[] = [];
  const download = Promise.withResolvers<void>();
  let choices: UpdateChoices = { channel: 'latest', looksByItself: true };
  let progress: (progress: { percent: number; bytesPerSecond: number }) => void = () => undefined;
  const updates = createUpdates({
    version: '0.1.0',
    updater: async () => ({
      async check(channel) {
        asked.push(`check ${channel}`);
        return { version: '0.2.0', files: [], releaseNotes: '<ul><li>Calmer<script>x</script></li></ul>' };
      },
      download(onProgress) {
        asked.push('download');
        progress = onProgress;
        return download.promise;
      },
      cancelDownload: () => undefined,
      quitAndInstall: () => asked.push('install'),
    }),
    choices: {
      read: () => choices,
      write(chosen) {
        choices = chosen;
      },
    },
    drain: async () => void asked.push('drain'),
    resume: async () => undefined,
    changed: (state) => void page.evaluate((told) => (globalThis as never as Page).__changed(told), state),
    now: Date.now,
  });
  const acts = {
    updateState: async () => updates.state(),
    checkForUpdate: updates.check,
    downloadUpdate: updates.download,
    installUpdate: updates.install,
    chooseUpdates: updates.choose,
  };
  await page.exposeFunction('__act', async (name: keyof typeof acts, input: never) => ({
    ok: true,
    data: await acts[name](input),
  }));
  await page.addInitScript((names) => {
    const never = () => new Promise(() => undefined);
    const page = globalThis as never as Page;
    const others = { gatewayState: never, preferences: never, tellAppearance: never };
    const quiet = { onGatewayChanged: () => () => undefined, onNavigate: () => () => undefined };
    const own = names.map((name) => [name, (input: unknown) => page.__act(name, input)]);
    const onUpdateChanged = (listener: (told: unknown) => void) => {
      page.__changed = listener;
      return () => undefined;
    };
    Object.assign(page, {
      __changed: () => undefined,
      desktop: { ...others, ...quiet, ...Object.fromEntries(own), onUpdateChanged },
    });
  }, Object.keys(acts));
  await page.goto(`${console.url}/admin/settings?section=about`);

  await page.getByRole('button', { name: 'Look for a new version' }).click();
  await page.getByText('Version 0.2.0 can be had').waitFor();
  await page.getByText('• Calmer', { exact: true }).waitFor();
  assert.deepEqual(asked, ['check latest']);
  await page.getByRole('button', { name: 'Download' }).click();
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  progress({ percent: 40, bytesPerSecond: 1 });
  await page.getByText('40% downloaded').first().waitFor();
  download.resolve();
  const install = page.getByRole('button', { name: 'Install and start again' });
  await install.waitFor();
  assert.deepEqual(asked, ['check latest', 'download']);
  await install.click();
  await page.getByText('The gateway finishes what is open').waitFor();
  assert.deepEqual(asked.slice(2), ['drain', 'install']);

  // The switch follows what the app has kept, a moment later.
  await page.getByLabel('Look for new versions once a day').click({ force: true });
  await page.waitForFunction(() => !document.querySelector<HTMLInputElement>('input[role=switch]')?.checked);
  assert.equal(choices.looksByItself, false);
});

interface Page {
  __act(name: string, input: unknown): Promise<unknown>;
  __changed(told: unknown): void;
}
