/** The app's own pages: their addresses, and the rule for where a window may go. No Electron in here. */
import type { Page } from '../contract.ts';

export const SCHEME = 'app';
/** `app://console`: laid out like the gateway's own origin, with the console under /admin/ and the API under /api/. */
export const ORIGIN = `${SCHEME}://console`;
export const CONSOLE_URL = `${ORIGIN}/admin/`;
/** Another origin: what approvers decide offline has no way to the gateway. */
export const APPROVER_URL = `${SCHEME}://approver/`;

/** Whose page `address` is; null when it is none of ours. Compared by its parts: a hostile address may contain ours as text. */
export function pageOf(address: string): Page | null {
  if (!URL.canParse(address)) return null;
  const { protocol, host, username, password } = new URL(address);
  if (protocol !== `${SCHEME}:` || username !== '' || password !== '') return null;
  return host === 'console' || host === 'approver' ? host : null;
}

/** Whether `address` is a page of ours. */
export function isOwnPage(address: string): boolean {
  return pageOf(address) !== null;
}
