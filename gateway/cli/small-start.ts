/**
 * Keeps what only the start needs from growing the process for good: an idle gateway needs little memory. V8 looks at
 * these flags whenever it decides, so that they may change while it runs; threads started in between follow them, too.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LARGEST_YOUNG_SPACE = 16 * 1024 * 1024;
/** Requests between two looks: far fewer than a collection clears. */
const LOOK_EVERY = 64;
/** How much the old objects may grow between two major collections, in percent. */
const OLD_SPACE_GROWTH = 300;

/**
 * From here on V8 enlarges no space for young objects, and optimizes nothing: the compilers' own code alone is 8 MB.
 * Call before anything large is loaded. Neither does it ever make new objects old: it learns that from how many of a
 * kind outlive a collection, and of requests in flight nearly all do. One old object of a request keeps all its others
 * until the next major collection, so that V8 believes it even more.
 */
export function startSmall(): void {
  setFlags('--semi-space-growth-factor=1', '--no-maglev', '--no-opt', '--no-allocation-site-pretenuring');
}

/**
 * Lets all of it follow the traffic, so that streams are not slowed. The space for young objects grows to 16 MB and no
 * further: a request leaves about 60 kB behind, so that one collection clears hundreds of them, and what V8 takes beyond
 * (three times 64 MB on a large machine) it never gives back. While nobody asks, V8 makes both spaces small again, and
 * would then collect the old one every fifth of a second until it has learnt how much traffic there is: the share by
 * which it grows is V8's own under steady traffic.
 *
 * @returns a function to call after each request
 */
export function growWithTraffic(): () => void {
  setFlags('--maglev', '--opt', `--heap-growing-percent=${OLD_SPACE_GROWTH}`);
  let requests = 0;
  let mayGrow = false;
  return () => {
    if (requests++ % LOOK_EVERY !== 0) return;
    const isSmall = youngBytes() < LARGEST_YOUNG_SPACE;
    if (isSmall === mayGrow) return;
    mayGrow = isSmall;
    setFlags(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
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
