/** What somebody who helps needs to know, as text for the clipboard. No Electron in here. */
import type { GatewayState, Preferences } from '../../contract.ts';
import { redact } from './redact.ts';

export interface DiagnosticFacts {
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
  /** `linux x64 6.1.0`. */
  readonly system: string;
  readonly locale: string;
  readonly dataDir: string;
  /** What keeps the secrets. */
  readonly keychain: string;
  readonly gateway: GatewayState;
  readonly preferences: Preferences;
  readonly log: readonly string[];
}

export function diagnosticsText(facts: DiagnosticFacts, home?: string): string {
  const { gateway, preferences, log } = facts;
  const on = Object.entries(preferences)
    .filter(([, value]) => value === true)
    .map(([name]) => name);
  const lines = [
    `IA Solaris ${facts.version}`,
    `System: ${facts.system}, ${facts.locale}`,
    `Electron ${facts.electron}, Chromium ${facts.chrome}, Node.js ${facts.node}`,
    `Data: ${facts.dataDir}`,
    `Secrets: ${facts.keychain}`,
    `Gateway: ${gateway.phase} (${gateway.host}) ${gateway.address ?? ''}`.trimEnd(),
    ...(gateway.problem ? [`Problem: ${gateway.problem.kind}: ${gateway.problem.detail}`] : []),
    `Preferences: ${on.join(', ') || 'none'}`,
    '',
    'Log:',
    ...log,
  ];
  return `${redact(lines.join('\n'), home)}\n`;
}
