/** `packets export|import|enroll|revoke|keys`: the side of an offline approval that has the database. */
import { existsSync, writeFileSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { SYSTEM } from '../audit/audit-writer.ts';
import { MOST_OF } from '../contract/bounds.ts';
import { numberFrom } from '../credits/price.ts';
import { requireTicket } from '../credits/queries.ts';
import { ApiError } from '../ops/api-error.ts';
import { ConfigError, EXIT, type ExitCode, UsageError } from '../ops/start-error.ts';
import { enrolKey, listApproverKeys, revokeApproverKey } from '../packets/approver-keys.ts';
import { exportPacket } from '../packets/export-packet.ts';
import { importDecisions } from '../packets/import-decisions.ts';
import { installationOf } from '../packets/installation-key.ts';
import { countWaiting } from '../packets/requests.ts';
import { fingerprintOf, readable } from '../packets/signing.ts';
import type { CliHost, CommonFlags } from './host.ts';
import { type Books, openBooks } from './open-books.ts';
import { readText } from './packets-approver.ts';
import { importText } from './packets-text.ts';

export interface ExportFlags extends CommonFlags {
  hours?: string;
  /** Numbers, as `1042`. */
  only?: string[];
}

export interface EnrolFlags extends CommonFlags {
  operator: string;
  publicKey: string;
  fingerprint: string;
  name?: string;
}

const MOST_HOURS = 720;

/** Writes what waits into a signed file. */
export function exportCommand(file: string, flags: ExportFlags, host: CliHost): Promise<ExitCode> {
  const hours = Number(flags.hours ?? 72);
  if (!Number.isInteger(hours) || hours < 1 || hours > MOST_HOURS) {
    throw new UsageError(`--hours must be a whole number from 1 to ${MOST_HOURS}, not ${flags.hours}.`);
  }
  if (existsSync(file)) throw new ConfigError([`${file} exists already. Choose another name.`]);
  return withBooks(flags, host, async ({ context }) => {
    const ids: string[] = [];
    for (const text of flags.only ?? []) {
      if (numberFrom(text) === null) throw new UsageError(`--only takes numbers of requests, not ${text}.`);
      ids.push((await requireTicket(context.db, text)).id);
    }
    const wish = { ids: ids.length > 0 ? ids : null, hours, actor: SYSTEM, operatorId: null };
    const packet = await exportPacket(context, wish);
    writeFileSync(file, `${JSON.stringify(packet)}\n`, { flag: 'wx' });
    const { key } = await installationOf(context);
    const waiting = await countWaiting(context.db);
    if (wish.ids === null && waiting > MOST_OF.packetRequests) {
      host.print(
        `Only the ${MOST_OF.packetRequests} oldest of ${waiting} requests: export again when those are decided.`,
      );
    }
    host.print(`Written to   ${file}  (decisions are taken for ${hours} hours)`);
    host.print(`Signed by    ${readable(fingerprintOf(key.publicKey))}`);
    return EXIT.ok;
  });
}

/** Applies a file of decisions. @returns 0 when all of it could be applied, else 1 */
export function importCommand(file: string, flags: CommonFlags & { json?: boolean }, host: CliHost): Promise<ExitCode> {
  const text = readText(file);
  return withBooks(flags, host, async ({ context }) => {
    const answer = await importDecisions(context, text, { actor: SYSTEM, operatorId: null });
    host.print(flags.json ? JSON.stringify(answer) : importText(answer));
    return answer.refused.length === 0 ? EXIT.ok : EXIT.failed;
  });
}

/** Enrols the key of an approver, whose fingerprint was compared. */
export function enrolCommand(flags: EnrolFlags, host: CliHost): Promise<ExitCode> {
  return withBooks(flags, host, async ({ context }) => {
    const { operators } = context.db.tables;
    const email = flags.operator.trim().toLowerCase();
    const [operator] = await context.db.select({ id: operators.id }).from(operators).where(eq(operators.email, email));
    if (!operator) throw new ConfigError([`There is no operator ${email}.`]);
    const { publicKey, fingerprint, name = 'key' } = flags;
    const input = { operatorId: operator.id, publicKey, fingerprint, name };
    const enrolled = await context.db.tx((tx) => enrolKey(context, tx, input, SYSTEM));
    host.print(`Enrolled for ${email}: ${readable(enrolled)}`);
    return EXIT.ok;
  });
}

export function revokeCommand(fingerprint: string, flags: CommonFlags, host: CliHost): Promise<ExitCode> {
  return withBooks(flags, host, async ({ context }) => {
    await context.db.tx((tx) => revokeApproverKey(context, tx, fingerprint, SYSTEM));
    host.print('Revoked: what it signs counts no more.');
    return EXIT.ok;
  });
}

export function keysCommand(flags: CommonFlags & { json?: boolean }, host: CliHost): Promise<ExitCode> {
  return withBooks(flags, host, async ({ context }) => {
    const keys = await listApproverKeys(context.db);
    if (flags.json) host.print(JSON.stringify(keys));
    else if (keys.length === 0) host.print('No key is enrolled.');
    else {
      for (const { operator, name, fingerprint, revokedAt } of keys) {
        host.print(`${readable(fingerprint)}  ${operator} (${name})${revokedAt === null ? '' : '  revoked'}`);
      }
    }
    return EXIT.ok;
  });
}

/** Refusals become sentences, as everywhere in the command line. */
async function withBooks(
  flags: CommonFlags,
  host: CliHost,
  work: (books: Books) => Promise<ExitCode>,
): Promise<ExitCode> {
  const books = await openBooks(flags, host);
  try {
    return await work(books);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    host.printError(error.message);
    return EXIT.failed;
  } finally {
    await books.close();
  }
}
