/** Which database a command works on, and with which key: what flags, environment and config file say. */
import { existsSync } from 'node:fs';
import { BackupError } from '../backups/backup-error.ts';
import type { Phase, Progress } from '../backups/steps.ts';
import type { Place } from '../backups/transfer-tasks.ts';
import type { Environment } from '../config/environment.ts';
import { openHeadlessBox } from '../config/key-box.ts';
import type { SecretBox } from '../config/secret-box.ts';
import { readStartSources } from '../config/start-sources.ts';
import { type DataDir, dataDirAt } from '../ops/data-dir.ts';
import { ConfigError, EXIT, type ExitCode, StartError } from '../ops/start-error.ts';
import { refuseOtherDatabase } from './gateway-probe.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface ChosenData {
  readonly dir: DataDir;
  readonly place: Place;
  readonly environment: Environment;
}

/** @throws ConfigError when what is configured is wrong, or there is no database yet */
export function chosenData(flags: CommonFlags, host: CliHost): ChosenData {
  const data = chosenPlace(flags, host);
  const { place } = data;
  refuseOtherDatabase(data.dir, place.engine === 'postgres' ? place.url : null);
  if (place.engine === 'sqlite' && !existsSync(place.file))
    throw new ConfigError([`There is no database ${place.file}. Name its folder with --data-dir.`]);
  return data;
}

/** The same, where a database need not be there yet. */
export function chosenPlace({ dataDir, config }: CommonFlags, host: CliHost): ChosenData {
  const sources = readStartSources({
    ...(dataDir && { dataDir }),
    ...(config && { configFile: config }),
    env: host.env,
  });
  const dir = dataDirAt(sources.dataDir);
  const { databaseUrl } = sources.settings;
  const place: Place =
    databaseUrl === null ? { engine: 'sqlite', file: dir.database } : { engine: 'postgres', url: databaseUrl };
  return { dir, place, environment: sources.environment };
}

/** The installation's secret box; null where its key is elsewhere, such as in the desktop's keychain. Makes no key. */
export function keyAtHand({ dir, environment }: ChosenData): SecretBox | null {
  if (!environment.secret('SECRET_KEY') && !existsSync(dir.secretKey)) return null;
  return openHeadlessBox(environment, dir);
}

const PHASES: Record<Phase, (rows: number) => string> = {
  copy: (rows) => `Copying ${rows.toLocaleString('en')} rows …`,
  test: (rows) => `Restoring ${rows.toLocaleString('en')} rows into a throw-away database …`,
  check: () => 'Checking integrity, sums and the audit log …',
  prove: (rows) => `Comparing ${rows.toLocaleString('en')} rows …`,
  switch: () => 'Changing over …',
};

/** Tells on standard error what is going on: output stays for the result. */
export function showProgress(host: CliHost): { onProgress: (progress: Progress) => void } {
  let phase: Phase | null = null;
  return {
    onProgress(progress) {
      if (progress.phase === phase) return;
      phase = progress.phase;
      host.printError(PHASES[phase](progress.total));
    },
  };
}

/** What to do when the system does not let a file be written. */
const WRITING: readonly [failure: RegExp, advice: string][] = [
  [/^(ENOSPC|EDQUOT)\b/, 'Free some space, or name a place on another disk.'],
  [/^(EACCES|EPERM|EROFS|ENOTDIR|EISDIR|EEXIST)\b/, 'Name a place that this account may write to.'],
];

/** @throws StartError with the sentence of what went wrong and its exit code: 1 where it has none of its own */
export function explainBackupError(error: unknown): never {
  if (error instanceof StartError) throw error;
  const message = error instanceof Error ? error.message : String(error);
  const advice = WRITING.find(([failure]) => failure.test(message))?.[1];
  throw new StartError(codeOf(error), advice === undefined ? message : `${message}. ${advice}`, { cause: error });
}

function codeOf(error: unknown): ExitCode {
  if (!(error instanceof BackupError)) return EXIT.failed;
  if (error.code === 'target_unusable') return EXIT.usage;
  return error.code === 'backup_missing' ? EXIT.configuration : EXIT.failed;
}
