/** Ports for whoever must know one before anybody listens there, or needs one where nobody does. */
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

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

/**
 * Until `child` takes connections at `port` of the loopback interface: a program that was spawned does not listen yet.
 *
 * @throws Error when it ends before, or takes none within a minute
 */
export async function untilListening(child: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 6_000 && child.exitCode === null && child.signalCode === null; attempt++) {
    if (await canConnect(port)) return;
    await pause(10);
  }
  throw new Error(`${child.spawnfile} does not listen at port ${port}.`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
