/** `verify`: proves the books of a data directory or of a backup. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXTENSION } from '../backups/archive-format.ts';
import { proveBackup } from '../backups/make-backup.ts';
import { findResourcesDir } from '../ops/own-files.ts';
import { ConfigError, EXIT, type ExitCode } from '../ops/start-error.ts';
import { type VerifyReport, verifyDatabase, verifyPostgres } from '../ops/verify.ts';
import { explainBackupError } from './chosen-data.ts';
import { configuredDatabaseUrl, postgresName } from './database-url.ts';
import { chosenDataDir, refuseOtherDatabase } from './gateway-probe.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface VerifyFlags extends CommonFlags {
  file?: string;
  json?: boolean;
}

/** @returns 0 when everything agrees, 1 when not, 78 when there is no such database */
export async function verify(flags: VerifyFlags, host: CliHost): Promise<ExitCode> {
  const url = flags.file === undefined ? configuredDatabaseUrl(flags, host) : null;
  const dir = chosenDataDir(flags.dataDir, host);
  if (flags.file === undefined) refuseOtherDatabase(dir, url);
  const file = flags.file ?? dir.database;
  if (url === null && !existsSync(file))
    throw new ConfigError([`There is no database ${file}. Name another with --data-dir or --file.`]);
  const ofFile = file.endsWith(EXTENSION) ? verifyBackup : verifyDatabase;
  const report = url === null ? await ofFile(file) : await verifyPostgres(url);
  host.print(flags.json ? JSON.stringify(report) : verifyText(report, url === null ? file : postgresName(url)));
  return report.ok ? EXIT.ok : EXIT.failed;
}

/** A backup is proven as when it was made: by a restore into a throw-away database. */
async function verifyBackup(file: string): Promise<VerifyReport> {
  const folder = mkdtempSync(join(tmpdir(), 'ia-solaris-verify-'));
  try {
    const migrations = `${findResourcesDir()}/migrations/sqlite`;
    return (await proveBackup(file, migrations, {}, join(folder, 'test.db')).catch(explainBackupError)).report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The report for people. */
export function verifyText(report: VerifyReport, file: string): string {
  const lines = report.checks.flatMap(({ ok, title, problems, found }) => [
    `${ok ? 'ok  ' : 'BAD '} ${title}`,
    ...problems.map((problem) => `       ${problem}`),
    ...(found > problems.length ? [`       and ${found - problems.length} more`] : []),
  ]);
  const head = report.auditHead
    ? `Audit log: ${report.auditHead.seq} entries, head ${report.auditHead.hash}`
    : 'Audit log: empty';
  return [
    ...lines,
    '',
    head,
    report.ok ? `${file} is sound.` : `${file} is NOT sound. Keep it, and restore a good backup.`,
  ].join('\n');
}
