/** The first metered answer of a gateway that is starting. */
import { connect } from 'node:net';
import { requestBytes } from '../traffic/messages.ts';
import { SERVICE_KEY } from './metered.ts';

const RETRY_MS = 3;
const DEADLINE_MS = 30_000;

/** Asks until a whole request is answered with 200. @throws Error after 30 s */
export async function firstAnswer(port: number): Promise<void> {
  const request = requestBytes({ key: SERVICE_KEY, person: 0, streamed: false });
  const from = performance.now();
  while (performance.now() - from < DEADLINE_MS) {
    if (await answers(port, request)) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error('The gateway gave no metered answer within 30 s.');
}

/** Whether a whole request is answered with 200; false while nothing listens. */
function answers(port: number, request: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString('latin1', 9, 12) === '200');
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
