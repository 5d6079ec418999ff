/** What no built bundle of the desktop may call, and where the few dangerous calls are that it must make. Pure. */

/** Each with what it is called when it is found. */
const FORBIDDEN: readonly [name: string, pattern: RegExp][] = [
  ['Node in a page', /nodeIntegration\w*:\s*(?:true|!0)/],
  ['a page without its sandbox', /\bsandbox:\s*(?:false|!1)/],
  ['a page in one context with its preload', /contextIsolation:\s*(?:false|!1)/],
  ['a page without same-origin rules', /webSecurity:\s*(?:false|!1)/],
  ['scripts over plain HTTP', /allowRunningInsecureContent:\s*(?:true|!0)/],
  ['experimental features', /experimentalFeatures:\s*(?:true|!0)/],
  ['features by name', /enableBlinkFeatures\s*:/],
  ['webviews', /webviewTag:\s*(?:true|!0)/],
  ['pages from files', /\.loadFile\(|loadURL\([`"']file:/],
  ['a scheme around the policy', /bypassCSP:\s*(?:true|!0)/],
  [
    'switches that weaken Chromium',
    /appendSwitch\([`"'](?:no-sandbox|disable-web-security|ignore-certificate-errors|disable-site-isolation)/,
  ],
  ['certificates that are not checked', /setCertificateVerifyProc|[`"']certificate-error[`"']/],
  ['scripts put into a page', /\.executeJavaScript\w*\(/],
  ['the remote module', /@electron\/remote/],
  ['calls that answer every sender', /ipcMain\.(?:on|once|handleOnce)\(/],
  ['calls that block a page', /ipcRenderer\.(?:send|sendSync|sendToHost|postMessage)\b/],
  ['all of ipcRenderer for a page', /exposeInMainWorld\([^)]*ipcRenderer/],
];

/** Calls that are there exactly so often: each of them in its one guarded place. */
const COUNTED: readonly [name: string, pattern: RegExp, times: number][] = [
  ['shell.openExternal', /\bopenExternal\(/g, 1],
  ['ipcMain.handle', /\bipcMain\.handle\(/g, 1],
];

/** @returns what is wrong in the text of a bundle, in words */
export function findForbidden(bundle: string): string[] {
  return FORBIDDEN.filter(([, pattern]) => pattern.test(bundle)).map(([name]) => name);
}

/** @returns calls that are there more or less often than they should */
export function findMiscounted(bundles: readonly string[]): string[] {
  return COUNTED.flatMap(([name, pattern, times]) => {
    const found = bundles.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
    return found === times ? [] : [`${name} is called in ${found} places, not in ${times}`];
  });
}

/** The options of every window that a bundle opens, as text. */
export function windowsOf(bundle: string): string[] {
  return [...bundle.matchAll(/new BrowserWindow\(/g)].map((match) => {
    const from = match.index + match[0].length;
    let depth = 1;
    let at = from;
    for (; depth > 0 && at < bundle.length; at++) depth += { '(': 1, ')': -1 }[bundle[at] ?? ''] ?? 0;
    return bundle.slice(from, at);
  });
}
