/** `status`: whether the gateway of a data directory runs, and how it is. */
import { z } from 'zod';
import { ownCommand } from '../ops/own-command.ts';
import { EXIT, type ExitCode } from '../ops/start-error.ts';
import { chosenDataDir, probe, runningGateway } from './gateway-probe.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface StatusFlags extends CommonFlags {
  json?: boolean;
}

const health = z.object({ status: z.string(), checks: z.record(z.string(), z.object({ status: z.string() })) });

/** The parts and their states as the console calls them; `--json` keeps the names of the API. */
const PARTS: Readonly<Record<string, string>> = {
  database: 'Database',
  redis: 'Redis',
  upstreams: 'Upstreams',
  mail: 'Mail',
  cpu: 'Processor',
  memory: 'Memory',
  disk: 'Disk',
  eventLoop: 'Reaction time',
};
const STATES: Readonly<Record<string, string>> = {
  up: 'good',
  degraded: 'needs attention',
  down: 'fails',
  not_configured: 'not configured',
};

/** @returns 0 when it runs and works, 69 when it does not run, does not answer or is unhealthy */
export async function status(flags: StatusFlags, host: CliHost): Promise<ExitCode> {
  const dir = chosenDataDir(flags.dataDir, host);
  const server = runningGateway(dir);
  const report = server?.url ? await askHealth(server.url) : null;
  const state = server === null ? 'stopped' : server.url === null ? 'starting' : (report?.status ?? 'no answer');
  if (flags.json) {
    host.print(JSON.stringify({ state, dataDir: dir.path, server, checks: report?.checks ?? null }));
  } else if (server === null) {
    host.print(`IA Solaris does not run in ${dir.path}. Start it with: ${ownCommand()} serve`);
  } else {
    host.print(`IA Solaris ${server.version}: ${state}`);
    host.print(`  ${'Address'.padEnd(15)}${server.url ?? 'not listening yet'}`);
    host.print(`  ${'Process'.padEnd(15)}${server.pid}, since ${new Date(server.startedAt).toISOString()}`);
    host.print(`  ${'Data'.padEnd(15)}${dir.path}`);
    for (const [name, check] of Object.entries(report?.checks ?? {})) {
      host.print(`  ${(PARTS[name] ?? name).padEnd(15)}${STATES[check.status] ?? check.status}`);
    }
  }
  return state === 'healthy' || state === 'degraded' ? EXIT.ok : EXIT.unavailable;
}

async function askHealth(url: string): Promise<z.infer<typeof health> | null> {
  try {
    const { body } = await probe(`${url}/health/detailed`);
    const parsed = health.safeParse(body);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
