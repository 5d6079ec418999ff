/** The one place where an address leaves the app. */
import { shell } from 'electron';
import { outsideAddress } from './outside-rules.ts';

/**
 * Opens `address` in the system's browser or mail program, if the rules know it to be harmless.
 *
 * @param gateway origin of the running gateway; null while there is none
 * @returns whether it was opened
 */
export async function openOutside(address: string, gateway: string | null): Promise<boolean> {
  const harmless = outsideAddress(address, gateway);
  if (harmless === null) return false;
  await shell.openExternal(harmless);
  return true;
}
