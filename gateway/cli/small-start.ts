/**
 * Keeps what only the start needs from growing the process for good: an idle gateway needs little memory. V8 looks at
 * these flags whenever it decides, so that they may change while it runs; threads started in between follow them, too.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LARGEST_YOUNG_SPACE = 16 * 1024 * 1024;
/** Requests between two looks: far fewer than a collection clears. */
const LOOK_EVERY = 64;

/**
 * From here on V8 enlarges no space for young objects, and optimizes nothing: the compilers' own code alone is 8 MB.
 * Call before anything large is loaded.
 */
export function startSmall(): void {
  setFlags('--semi-space-growth-factor=1', '--no-maglev', '--no-opt');
}

/**
 * Lets both follow the traffic, so that streams are not slowed. The space for young objects stops growing at 16 MB: a
 * request leaves about 60 kB behind, so that one collection clears hundreds of them, and what V8 takes beyond (three times
 * 64 MB on a large machine) it never gives back.
 *
 * @returns a function to call after each request; true once it has nothing more to do
 */
export function growWithTraffic(): () => boolean {
  setFlags('--semi-space-growth-factor=2', '--maglev', '--opt');
  let requests = 0;
  return () => {
    requests += 1;
    if (requests % LOOK_EVERY !== 0 || youngBytes() < LARGEST_YOUNG_SPACE) return false;
    setFlags('--semi-space-growth-factor=1');
    return true;
  };
}

/** Gives back what only the start needed, 4 MB. Stops everything for some 40 ms: call while nobody waits. */
export function collectStart(): void {
  setFlags('--expose-gc');
  const collect = runInNewContext('gc') as (how: object) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}

function setFlags(...flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
