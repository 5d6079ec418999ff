/**
 * Keeps what only the start needs from growing the process for good: an idle gateway needs little memory. V8 looks at
 * these flags whenever it decides, so that they may change while it runs; threads started in between follow them, too.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * From here on V8 enlarges no space for young objects, and optimizes nothing: the compilers' own code alone is 8 MB.
 * Call before anything large is loaded.
 */
export function startSmall(): void {
  setFlags('--semi-space-growth-factor=1', '--no-maglev', '--no-opt');
}

/** From here on both follow the traffic, as they do by default, so that streams are not slowed. */
export function growWithTraffic(): void {
  setFlags('--semi-space-growth-factor=2', '--maglev', '--opt');
}

function setFlags(...flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
