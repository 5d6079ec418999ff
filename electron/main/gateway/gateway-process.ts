/**
 * The gateway in a process of its own, so that neither its work stalls the window nor its end takes the app along. Started
 * by `gateway-child.ts`, which it hears over the parent port.
 */
import { createGateway, type Gateway, obstacleOf } from '../../../gateway/gateway.ts';
import type { FromGateway, ToGateway } from './messages.ts';

// The database holds who wrote how much to whom: nobody else on the machine may read what is made here.
process.umask(0o077);

let gateway: Gateway | null = null;
let starting: Promise<void> = Promise.resolve();
let stopping = false;
const tell = (message: FromGateway) => process.parentPort.postMessage(message);

// Nothing that counts lies in memory, so that a forgotten promise is a line in the log and no reason to stop.
process.on('unhandledRejection', (error) => {
  gateway?.context.log.error({ err: error }, 'A promise failed that nobody waited for');
});

process.parentPort.on('message', ({ data }: { data: ToGateway }) => {
  if (data.kind === 'stop') void stop();
  else starting = start(data);
});

// A system that goes down, or a terminal, tells every process: this one drains before it obeys.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());

type Order = ToGateway & { kind: 'start' };

async function start(order: Order): Promise<void> {
  const { sealingKey, port } = order;
  try {
    gateway = await createGateway({
      env: process.env,
      logs: { files: true, stdout: 'none' },
      onRestart: () => void restart(order),
      ...(port === null ? {} : { flags: { port } }),
      ...(sealingKey === null ? {} : { sealingKey: Buffer.from(sealingKey, 'hex') }),
    });
    const { url } = await gateway.start();
    tell({ kind: 'ready', url });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ kind: 'refused', obstacle: obstacleOf(error), message });
    await end();
  }
}

/** The data has changed places: the same process goes on with the new. */
async function restart(order: Order): Promise<void> {
  if (stopping) return;
  await gateway?.stop();
  gateway = null;
  starting = start(order);
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  // Half a start cannot be stopped; a whole one can.
  await starting;
  await end();
}

async function end(): Promise<void> {
  await gateway?.stop().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  process.exit();
}
