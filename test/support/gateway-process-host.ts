/** Runs a gateway until it is ended: `node gateway-process-host.ts <data directory> <config as JSON>`. */
import { createGateway } from '../../gateway/gateway.ts';

const [dataDir = '', config = '{}'] = process.argv.slice(2);
const gateway = await createGateway({ dataDir, config: JSON.parse(config), flags: { port: 0 } });
const { url } = await gateway.start();
process.stdout.write(`url ${url}\n`);
process.once('SIGTERM', () => {
  void gateway.stop().then(() => process.exit(0));
});
