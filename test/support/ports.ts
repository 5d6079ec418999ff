/** Ports for whoever must know one before anybody listens there, or needs one where nobody does. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below those that systems hand out by themselves (from 32,768 on Linux, from 49,152 elsewhere): what is free here is not
 * taken a moment later by one of the thousand servers and connections of the tests beside.
 */
const FIRST = 15_000;
const LAST = 32_000;
const ATTEMPTS = 200;

/** A port of the loopback interface on which nobody listens. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${FIRST} to ${LAST} is free.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
