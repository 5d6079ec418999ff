/** The tray's menu: how it stands, what waits, and what can be done from there. Pure. */
import type { MenuItemConstructorOptions } from 'electron';
import type { GatewayState, Locale, Preferences } from '../../contract.ts';
import { compact, percent, type Words } from '../words/words.ts';
import type { Glance } from './glance.ts';
import { quotaBar } from './quota-bar.ts';

export interface TrayActions {
  open(screen: string): void;
  retry(): void;
  retryElsewhere(): void;
  copyAddress(): void;
  openDataFolder(): void;
  copyDiagnostics(): void;
  change(changes: Partial<Preferences>): void;
  quit(): void;
}

export interface TrayFacts {
  readonly gateway: GatewayState;
  /** Null while the gateway cannot be asked. */
  readonly glance: Glance | null;
  readonly preferences: Preferences;
  readonly locale: Locale;
}

const LONGEST_NAME = 24;

export function trayMenu(facts: TrayFacts, words: Words, actions: TrayActions): MenuItemConstructorOptions[] {
  const { gateway, glance, preferences } = facts;
  const { menu } = words;
  const separator = { type: 'separator' } as const;
  const toggle = (name: keyof Preferences): MenuItemConstructorOptions => ({
    label: menu[name],
    type: 'checkbox',
    checked: preferences[name],
    click: ({ checked }) => actions.change({ [name]: checked }),
  });
  return [
    { label: stateLine(gateway, words), enabled: false },
    ...(gateway.problem ? [{ label: gateway.problem.text, enabled: false }] : []),
    ...(glance ? glanceItems(glance, facts.locale, words, actions) : []),
    separator,
    { label: menu.open, click: () => actions.open('/') },
    ...(gateway.phase === 'failed' || gateway.phase === 'restarting'
      ? [{ label: menu.retry, click: actions.retry }]
      : []),
    ...(gateway.problem?.kind === 'port_taken' ? [{ label: menu.retryElsewhere, click: actions.retryElsewhere }] : []),
    ...(gateway.address ? [{ label: menu.copyAddress, click: actions.copyAddress }] : []),
    separator,
    toggle('openAtLogin'),
    toggle('closeToTray'),
    toggle('keepAwake'),
    toggle('pauseNotices'),
    separator,
    { label: menu.openDataFolder, click: actions.openDataFolder },
    { label: menu.copyDiagnostics, click: actions.copyDiagnostics },
    separator,
    { label: quitLabel(gateway, menu), click: actions.quit },
  ];
}

/** What stops with the app: a gateway that was started without it goes on. */
function quitLabel({ phase, host }: GatewayState, menu: Words['menu']): string {
  if (phase === 'failed' || phase === 'stopped') return menu.quit;
  return host === 'headless' ? menu.quitLeaves : menu.quitStops;
}

/** What the tray says when the pointer rests on it. */
export function trayTip({ gateway, glance }: TrayFacts, words: Words): string {
  const lines = [words.app, stateLine(gateway, words)];
  if (glance && glance.waiting > 0) lines.push(words.tray.waiting(glance.waiting));
  return lines.join('\n');
}

export function stateLine({ phase, host, address }: GatewayState, words: Words): string {
  if (phase !== 'running' || address === null) return words.phase[phase === 'running' ? 'starting' : phase];
  return host === 'headless' ? words.phase.attached(address) : words.phase.running(address);
}

function glanceItems(
  glance: Glance,
  locale: Locale,
  { tray }: Words,
  { open }: TrayActions,
): MenuItemConstructorOptions[] {
  const { team, nearest, waiting, alerts } = glance;
  const items: MenuItemConstructorOptions[] = [];
  if (team) {
    const share = percent(team.used / team.limit, locale);
    items.push({ label: tray.team(quotaBar(team), share), click: () => open('/') });
  }
  if (nearest && nearest.limit > 0) {
    const bar = quotaBar({ ...nearest, held: 0 });
    const name = nearest.name.length > LONGEST_NAME ? `${nearest.name.slice(0, LONGEST_NAME - 1)}…` : nearest.name;
    const label = tray.nearest(bar, percent(nearest.used / nearest.limit, locale), name);
    items.push({ label, click: () => open('/users?sort=-usagePercent') });
  }
  items.push({ label: tray.tokens(compact(glance.tokensThisMonth, locale)), click: () => open('/reports') });
  items.push({ type: 'separator' });
  items.push({ label: waiting > 0 ? tray.waiting(waiting) : tray.noneWaiting, click: () => open('/requests') });
  if (alerts > 0) items.push({ label: tray.alerts(alerts), click: () => open('/alerts') });
  return items;
}
