/** The app's own pages: their address, and the rule for where a window may go. No Electron in here. */

export const SCHEME = 'app';
/** `app://console`: laid out like the gateway's own origin, with the console under /admin/ and the API under /api/. */
export const ORIGIN = `${SCHEME}://console`;
export const CONSOLE_URL = `${ORIGIN}/admin/`;

/** Whether `address` is a page of ours. Compared by its parts: a hostile address may contain ours as text. */
export function isOwnPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password } = new URL(address);
  return protocol === `${SCHEME}:` && host === 'console' && username === '' && password === '';
}
