import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { MenuItemConstructorOptions } from 'electron';
import type { GatewayState } from '../../../electron/contract.ts';
import { appMenu } from '../../../electron/main/shell/app-menu.ts';
import { autostartEntry, autostartFile, ownCommand, setAutostart } from '../../../electron/main/shell/autostart.ts';
import { onClose } from '../../../electron/main/shell/closing.ts';
import { parseDeepLink } from '../../../electron/main/shell/deep-link.ts';
import { drawDot } from '../../../electron/main/shell/drawing.ts';
import type { Glance } from '../../../electron/main/shell/glance.ts';
import { gatewayNotice, newsOf, staysAwake } from '../../../electron/main/shell/notices.ts';
import { quotaBar } from '../../../electron/main/shell/quota-bar.ts';
import { traysAreShown } from '../../../electron/main/shell/status-notifier.ts';
import { toastXml } from '../../../electron/main/shell/toast.ts';
import { markOf, trayIcon } from '../../../electron/main/shell/tray-icon.ts';
import { type TrayActions, trayMenu, trayTip } from '../../../electron/main/shell/tray-menu.ts';
import { compact, systemLocale, words } from '../../../electron/main/words/words.ts';
import { temporaryDir } from '../../support/build.ts';

const running: GatewayState = { phase: 'running', host: 'app', address: 'http://127.0.0.1:5000', problem: null };
const glance: Glance = {
  waiting: 3,
  tickets: [{ id: 'tkt_1', name: 'Ana', tokens: 500_000 }],
  alerts: 1,
  alertIds: ['alr_1'],
  tokensThisMonth: 1_240_000,
  team: { used: 600_000, held: 100_000, limit: 1_000_000 },
  nearest: { name: 'Bia', used: 920_000, limit: 1_000_000 },
};
const preferences = { openAtLogin: false, closeToTray: true, keepAwake: false, pauseNotices: false };

function recordingActions() {
  const done: string[] = [];
  const actions: TrayActions = {
    open: (screen) => done.push(`open ${screen}`),
    retry: () => done.push('retry'),
    retryElsewhere: () => done.push('retry elsewhere'),
    copyAddress: () => done.push('copy address'),
    openDataFolder: () => done.push('folder'),
    copyDiagnostics: () => done.push('diagnostics'),
    change: (changes) => done.push(JSON.stringify(changes)),
    quit: () => done.push('quit'),
  };
  return { done, actions };
}

const labels = (items: MenuItemConstructorOptions[]) => items.map(({ label, type }) => label ?? type);

describe('the tray', () => {
  test('says how it stands, what is left and what waits, and leads there', () => {
    const { done, actions } = recordingActions();
    const items = trayMenu({ gateway: running, glance, preferences, locale: 'en' }, words.en, actions);
    assert.deepEqual(labels(items).slice(0, 7), [
      'Metering at http://127.0.0.1:5000',
      "███████▒░░░░  60% of the team's month",
      '███████████░  92%  Bia',
      '1.24\u00a0M tokens this month',
      'separator',
      '3 requests wait',
      '1 open alert',
    ]);
    for (const item of items) item.click?.({ checked: true } as never, undefined, {} as never);
    assert.ok(done.includes('open /requests') && done.includes('quit') && done.includes('{"keepAwake":true}'));
    assert.ok(!done.includes('retry'), 'nothing to try again');
    assert.equal(
      trayTip({ gateway: running, glance, preferences, locale: 'en' }, words.en),
      'IA Solaris\nMetering at http://127.0.0.1:5000\n3 requests wait',
    );
  });

  test('speaks Portuguese, and names what is in the way', () => {
    const problem = { kind: 'disk_full', text: 'O disco está cheio.', next: '', detail: '' } as const;
    const gateway: GatewayState = { phase: 'failed', host: 'app', address: null, problem };
    const { actions } = recordingActions();
    const items = labels(trayMenu({ gateway, glance: null, preferences, locale: 'pt-BR' }, words['pt-BR'], actions));
    assert.deepEqual(items.slice(0, 5), [
      'Sem medição',
      'O disco está cheio.',
      'separator',
      'Abrir o IA Solaris',
      'Tentar de novo agora',
    ]);
    assert.ok(!items.includes('Copiar o endereço para o LibreChat'));
    assert.match(compact(1_240_000, 'pt-BR'), /^1,24\smi$/);
  });

  test('says what stops when the app is quit', () => {
    const { actions } = recordingActions();
    const last = (gateway: GatewayState) =>
      labels(trayMenu({ gateway, glance: null, preferences, locale: 'en' }, words.en, actions)).at(-1);
    assert.equal(last(running), 'Quit IA Solaris (metering stops)');
    assert.equal(last({ ...running, phase: 'restarting' }), 'Quit IA Solaris (metering stops)');
    assert.equal(last({ ...running, host: 'headless' }), 'Quit IA Solaris (metering goes on)');
    assert.equal(last({ ...running, phase: 'failed', address: null }), 'Quit IA Solaris');
  });

  test('draws the quota in blocks that are full only when nothing is left', () => {
    assert.equal(quotaBar({ used: 0, held: 0, limit: 100 }), '░'.repeat(12));
    assert.equal(quotaBar({ used: 50, held: 25, limit: 100 }), '██████▒▒▒░░░');
    assert.equal(quotaBar({ used: 1, held: 0, limit: 1_000_000 }), `█${'░'.repeat(11)}`);
    assert.equal(quotaBar({ used: 999_999, held: 0, limit: 1_000_000 }), `${'█'.repeat(11)}░`);
    assert.equal(quotaBar({ used: 300, held: 0, limit: 100 }), '█'.repeat(12));
  });

  test('has an icon for each way it may stand, on every system, in the folder that is shipped', () => {
    const folder = new URL('../../../resources/icons/shipped/', import.meta.url);
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      for (const mark of ['ok', 'attention', 'stopped'] as const) {
        for (const isDark of [true, false]) {
          assert.ok(existsSync(new URL(trayIcon(mark, platform, isDark), folder)), `${mark} ${platform}`);
        }
      }
    }
    assert.equal(markOf(running, 0), 'ok');
    assert.equal(markOf(running, 2), 'attention');
    assert.equal(markOf({ ...running, phase: 'restarting' }, 2), 'stopped');
    const dot = drawDot(16);
    assert.equal(dot.readUInt8((8 * 16 + 8) * 4 + 3), 255);
    assert.equal(dot.readUInt8(3), 0, 'round');
  });
});

test('the menu has every screen with its shortcut, and the app in the first menu on macOS only', () => {
  const opened: string[] = [];
  const actions = {
    open: (screen: string) => void opened.push(screen),
    zoom: () => undefined,
    openDataFolder: () => undefined,
    decideOffline: () => undefined,
    copyDiagnostics: () => undefined,
    quit: () => undefined,
  };
  const linux = appMenu(words.en, 'linux', actions);
  assert.deepEqual(labels(linux), ['File', 'Edit', 'Go', 'View', 'Window', 'Help']);
  assert.equal(appMenu(words['pt-BR'], 'darwin', actions)[0]?.label, 'IA Solaris');
  const go = linux.find(({ label }) => label === 'Go')?.submenu as MenuItemConstructorOptions[];
  for (const item of go) item.click?.({} as never, undefined, {} as never);
  assert.deepEqual(opened, ['/', '/users', '/requests', '/alerts', '/reports', '/plans', '/activity']);
  assert.equal(go[2]?.accelerator, 'CmdOrCtrl+3');
});

describe('notifications', () => {
  test('tell what is new since the last look, and nothing at the first', () => {
    assert.deepEqual(newsOf(null, glance, words.en, 'en'), []);
    assert.deepEqual(newsOf(glance, glance, words.en, 'en'), []);
    const [one] = newsOf({ ...glance, tickets: [] }, glance, words['pt-BR'], 'pt-BR');
    assert.match(one?.body ?? '', /^Ana pede 500\smil tokens\.$/);
    assert.equal(parseDeepLink(one?.link ?? ''), '/requests?request=tkt_1');
    const more = { ...glance, tickets: [1, 2].map((id) => ({ id: `tkt_${id + 1}`, name: 'Bia', tokens: null })) };
    const [many, alert] = newsOf(glance, { ...more, alertIds: ['alr_1', 'alr_2'] }, words.en, 'en');
    assert.equal(many?.title, '2 requests for credits');
    assert.equal(alert?.title, 'A new alert');
    assert.equal(parseDeepLink(alert?.link ?? ''), '/alerts');
  });

  test('tell the operator of the gateway itself, with what to do', () => {
    const problem = { kind: 'disk_full', text: 'Full.', next: 'Free some space.', detail: '' } as const;
    const state: GatewayState = { phase: 'failed', host: 'app', address: null, problem };
    assert.equal(gatewayNotice('failed', state, words.en).body, 'Full. Free some space.');
    assert.notEqual(gatewayNotice('crashed', state, words.en).title, gatewayNotice('recovered', state, words.en).title);
  });

  test('on Windows carry their link, and no markup of whoever asked', () => {
    const xml = toastXml({ title: 'A & B', body: '<b launch="calc">', link: 'ia-solaris://requests?open=a' });
    assert.match(xml, /activationType="protocol" launch="ia-solaris:\/\/requests\?open=a"/);
    assert.match(xml, /A &amp; B.*&lt;b launch=&quot;calc&quot;&gt;/);
  });
});

describe('the window that is closed', () => {
  const facts = { platform: 'linux', closeToTray: true, trayIsVisible: true, isQuitting: false } as const;

  test('hides where the tray leads back, asks where none does, and ends the app where a person said so', () => {
    assert.equal(onClose(facts), 'hide');
    assert.equal(onClose({ ...facts, trayIsVisible: false }), 'ask');
    assert.equal(onClose({ ...facts, closeToTray: false }), 'quit');
    assert.equal(onClose({ ...facts, platform: 'win32' }), 'hide');
    assert.equal(onClose({ ...facts, platform: 'darwin', closeToTray: false }), 'hide');
    assert.equal(onClose({ ...facts, platform: 'darwin', isQuitting: true }), 'quit');
  });

  test('counts on a tray of Linux only where something shows it', async () => {
    const never = async () => assert.fail('not asked');
    assert.equal(await traysAreShown('win32', never), true);
    assert.equal(await traysAreShown('linux', async () => '(<true>,)\n'), true);
    assert.equal(await traysAreShown('linux', async () => '(<false>,)\n'), false);
    assert.equal(await traysAreShown('linux', () => Promise.reject(new Error('no gdbus'))), false);
  });
});

describe('starting at login on Linux', () => {
  test('is a file that says what to run, quoted as the specification says', (t) => {
    const file = autostartFile(temporaryDir(t));
    setAutostart(file, ['/opt/IA Solaris/ia-solaris', '--hidden']);
    const entry = readFileSync(file, 'utf8');
    assert.match(entry, /^\[Desktop Entry\]\n/);
    assert.match(entry, /^Exec="\/opt\/IA Solaris\/ia-solaris" --hidden$/m);
    assert.match(autostartEntry(['/opt/a$b"c%d/x']), /^Exec="\/opt\/a\\\\\$b\\\\"c%%d\/x"$/m);
    setAutostart(file, null);
    assert.ok(!existsSync(file));
    setAutostart(file, null);
  });

  test('runs the AppImage itself, which is mounted elsewhere every time', () => {
    const mounted = '/tmp/.mount_x/ia-solaris';
    assert.deepEqual(ownCommand(mounted, null, { APPIMAGE: '/home/ana/IA.AppImage' }), [
      '/home/ana/IA.AppImage',
      '--hidden',
    ]);
    assert.deepEqual(ownCommand('/usr/bin/electron', '/src', {}), ['/usr/bin/electron', '/src', '--hidden']);
  });
});

test('the computer is kept awake while it is wanted and something may come', () => {
  assert.equal(staysAwake('running', true), true);
  assert.equal(staysAwake('restarting', true), true);
  assert.equal(staysAwake('running', false), false);
  assert.equal(staysAwake('failed', true), false);
});

test('the first language of the system that is known counts', () => {
  assert.equal(systemLocale(['de-DE', 'pt-PT', 'en']), 'pt-BR');
  assert.equal(systemLocale(['en-GB', 'pt-BR']), 'en');
  assert.equal(systemLocale(['de-DE']), 'en');
});
