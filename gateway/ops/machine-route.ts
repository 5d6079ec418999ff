/** `/api/admin/machine`: what whoever sets the gateway up has to know of the machine that it runs on. */
import { networkInterfaces } from 'node:os';
import type { ApiApp } from '../api/api-app.ts';
import { backupFolder } from '../backups/service.ts';
import type { GatewayContext } from '../context.ts';
import { type Machine, machineSchema } from '../contract/machine.ts';
import { dataDirAt } from './data-dir.ts';
import { createMachineChecks } from './health-machine.ts';
import type { Addresses } from './network-serving.ts';

/** Names that Docker and Podman give to the bridges between containers and their host. */
const BRIDGE = /^(docker\d+|br-[0-9a-f]{12}|podman\d+|cni-podman\d+)$/;

/** @param addresses where the gateway can be reached now; null before it listens */
export async function registerMachineRoute(
  app: ApiApp,
  context: GatewayContext,
  addresses: () => Addresses | null,
): Promise<void> {
  const { version, dataDir, db, settings, canRestart } = context;
  const checks = createMachineChecks();
  app.get('/api/admin/machine', {
    config: { access: 'admin' },
    schema: { tags: ['Settings'], summary: 'Where the gateway runs', response: { 200: machineSchema } },
    async handler(): Promise<Machine> {
      const { path, database } = dataDirAt(dataDir);
      const { url = '', network = [] } = addresses() ?? {};
      const { publicUrl } = settings.current();
      return {
        version,
        platform: process.platform,
        engine: db.engine,
        dataDir: path,
        databaseFile: database,
        backupFolder: backupFolder(context),
        freeBytes: (await checks.disk(path)).freeBytes,
        restarts: canRestart,
        port: url === '' ? 0 : Number(new URL(url).port),
        url,
        publicUrl,
        networkUrls: [...network],
        addresses: ownAddresses(networkInterfaces()),
      };
    },
  });
}

/** Pure: the addresses at which others may reach the machine, bridges first. */
export function ownAddresses(interfaces: ReturnType<typeof networkInterfaces>): Machine['addresses'] {
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
      .map(({ address }) => ({ name, address, kind: BRIDGE.test(name) ? ('bridge' as const) : ('network' as const) })),
  );
  return found.sort((a, b) => rank(a) - rank(b));
}

/** Bridges before networks, and IPv4 before IPv6, which fewer people can type. */
function rank({ kind, address }: Machine['addresses'][number]): number {
  return (kind === 'bridge' ? 0 : 2) + (address.includes(':') ? 1 : 0);
}
