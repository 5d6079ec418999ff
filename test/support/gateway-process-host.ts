/**
 * Runs a gateway until it is ended: `node gateway-process-host.ts <data directory> <config as JSON> [<options as JSON>]`.
 * Of the options, `startAt` sets its clock, which then goes on by itself.
 */
import { createGateway } from '../../gateway/gateway.ts';

interface Options {
  startAt?: number;
  leaseMs?: number;
  env?: Record<string, string>;
}

const [dataDir = '', config = '{}', given = '{}'] = process.argv.slice(2);
const { startAt, leaseMs, env = {} } = JSON.parse(given) as Options;
const begun = performance.now();
const gateway = await createGateway({
  dataDir,
  config: JSON.parse(config),
  flags: { port: 0 },
  env,
  ...(leaseMs === undefined ? {} : { leaseMs }),
  ...(startAt === undefined ? {} : { clock: { now: () => startAt + Math.round(performance.now() - begun) } }),
});
const { url } = await gateway.start();
process.stdout.write(`url ${url}\n`);
process.once('SIGTERM', () => {
  void gateway.stop().then(() => process.exit(0));
});
