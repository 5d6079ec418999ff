/** `doctor`: looks at everything that a working gateway needs, changes nothing, and says what to do. */
import { existsSync } from 'node:fs';
import { openHeadlessBox } from '../config/key-box.ts';
import { type SecretBox, SecretLostError } from '../config/secret-box.ts';
import { composeSettings, settingsByKey } from '../config/setting-definitions.ts';
import type { Settings } from '../config/settings.ts';
import { readStartSources, type StartSources } from '../config/start-sources.ts';
import { readStoredSettings } from '../config/stored-settings.ts';
import { type DataDir, dataDirAt } from '../ops/data-dir.ts';
import { exposureProblem } from '../ops/network-exposure.ts';
import { ConfigError, EXIT, type ExitCode } from '../ops/start-error.ts';
import { examineDatabase, type ReadableDatabase } from './doctor-database.ts';
import { checkLibreChat } from './doctor-librechat.ts';
import { checkDataDir, checkDisk, checkPort } from './doctor-machine.ts';
import { checkMail, checkRedis, checkUpstreams } from './doctor-services.ts';
import { type Finding, fail, ok, warn } from './findings.ts';
import { runningGateway } from './gateway-probe.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface DoctorFlags extends CommonFlags {
  librechat?: string;
  json?: boolean;
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

/** @returns 0 when nothing fails, 1 when something does, 78 when the configuration itself is wrong */
export async function doctor(flags: DoctorFlags, host: CliHost): Promise<ExitCode> {
  const { findings, code } = await examine(flags, host);
  if (flags.json) host.print(JSON.stringify({ ok: code === EXIT.ok, findings }));
  else {
    for (const { status, message, advice } of findings) {
      host.print(`${MARKS[status]}  ${message}${advice === null ? '' : `\n      → ${advice}`}`);
    }
  }
  return code;
}

async function examine(flags: DoctorFlags, host: CliHost): Promise<{ findings: Finding[]; code: ExitCode }> {
  let sources: StartSources;
  try {
    sources = readStartSources({ dataDir: flags.dataDir, configFile: flags.config, env: host.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const findings = error.problems.map((problem) =>
      fail('configuration', problem, 'Correct it; nothing else was looked at.'),
    );
    return { findings, code: EXIT.configuration };
  }
  const dir = dataDirAt(sources.dataDir);
  const findings: Finding[] = [ok('configuration', `The configuration is valid (${sources.file.name}).`)];
  findings.push(checkDataDir(dir), await checkDisk(dir));
  const { db, finding, close } = await examineDatabase(dir, sources.settings.databaseUrl);
  try {
    findings.push(finding);
    const box = openExistingBox(sources, dir, findings);
    const settings = await effectiveSettings(sources, db, box, findings);
    const exposed = exposureProblem(settings);
    if (exposed !== null) findings.push(fail('exposure', exposed, 'The gateway refuses to start like this.'));
    findings.push(await checkPort(settings, runningGateway(dir)));
    findings.push(...(await checkUpstreams(db, box, sources)));
    findings.push(await checkMail(settings));
    findings.push(...(await checkRedis(settings)));
    if (flags.librechat !== undefined) findings.push(...(await checkLibreChat(flags.librechat, settings)));
  } finally {
    await close();
  }
  return { findings, code: findings.some(({ status }) => status === 'fail') ? EXIT.failed : EXIT.ok };
}

/** The box that the gateway would open, but without making a key. */
function openExistingBox(sources: StartSources, dir: DataDir, findings: Finding[]): SecretBox | null {
  if (sources.environment.secret('SECRET_KEY') === null && !existsSync(dir.secretKey)) return null;
  try {
    return openHeadlessBox(sources.environment, dir);
  } catch (error) {
    findings.push(
      fail(
        'secret_key',
        error instanceof Error ? error.message : String(error),
        'Secrets cannot be opened without it.',
      ),
    );
    return null;
  }
}

async function effectiveSettings(
  sources: StartSources,
  db: ReadableDatabase | null,
  box: SecretBox | null,
  findings: Finding[],
): Promise<Settings> {
  if (db === null) return sources.settings;
  const given = [...sources.given].map(([key, { value }]) => [key, value] as const);
  const { values, unusable } = await readStoredSettings(db, box ?? NO_BOX, settingsByKey());
  for (const [key, why] of unusable) {
    findings.push(warn('settings', `The stored setting ${key} is not used: ${why}.`, 'Set it again in the console.'));
  }
  return composeSettings(new Map([...values, ...given]));
}

const NO_BOX: SecretBox = {
  seal: () => Promise.reject(new SecretLostError('There is no key.')),
  open: () => Promise.reject(new SecretLostError('The key that sealed it is not here')),
};
