/** Which database the commands beside `serve` mean: the one that `serve` would open. */
import { readStartSources } from '../config/start-sources.ts';
import { describe } from '../db/postgres-errors.ts';
import type { CliHost, CommonFlags } from './host.ts';

/**
 * The postgres:// URL that environment or config file give; null for the SQLite file of the data directory.
 *
 * @throws ConfigError when the configuration is wrong
 */
export function configuredDatabaseUrl(flags: CommonFlags, host: CliHost): string | null {
  return readStartSources({ dataDir: flags.dataDir, configFile: flags.config, env: host.env }).settings.databaseUrl;
}

/** A database's place, without its password. */
export function postgresName(url: string): string {
  const { place, database } = describe(url);
  return `The database ${database} at ${place}`;
}
