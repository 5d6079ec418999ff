/** Takes secrets and people out of text that leaves the machine. No Electron in here. */
import { homedir } from 'node:os';

const RULES: readonly [RegExp, string][] = [
  // Keys of ours and of providers, bearer tokens, and long runs of hexadecimal digits.
  [/\b(sk|pk|os|rk|whsec|AIza)[-_][\w-]{8,}/g, '[key]'],
  [/\bAIza[\w-]{20,}/g, '[key]'],
  [/\bbearer\s+\S+/gi, 'Bearer [key]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '[key]'],
  [/\b[0-9a-f]{32,}\b/gi, '[hex]'],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+@/gi, '$1[account]@'],
  [/[\w.+%-]+@[\w-]+(\.[\w-]+)*/g, '[e-mail]'],
  [/("?(?:password|secret|token|api_?key|authorization|cookie)"?\s*[:=]\s*)("[^"]*"|[^\s,;}]+)/gi, '$1[hidden]'],
];

/** @param home replaced by `~`: it often holds a person's name */
export function redact(text: string, home = homedir()): string {
  const rest = RULES.reduce((current, [pattern, by]) => current.replace(pattern, by), text);
  return home.length > 1 ? rest.replaceAll(home, '~') : rest;
}
