/** Taking decisions in that were made and signed on another machine: each once, and only what is still as it was shown. */
import { eq } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { ImportAnswer, PacketDecision } from '../contract/packets.ts';
import { checkDecision, type Decider, type Decision, decide } from '../credits/decide.ts';
import { ticketName } from '../credits/price.ts';
import type { TicketRow } from '../credits/rows.ts';
import type { Queries, Tx } from '../db/database.ts';
import { roleAtLeast } from '../operators/roles.ts';
import { ApiError } from '../ops/api-error.ts';
import { altered, type OpenedDecisions, openDecisions, PacketError, verifyDecisions } from './files.ts';
import { installationOf } from './installation-key.ts';
import { currentDigest } from './requests.ts';
import { readable } from './signing.ts';

/** Clocks of two machines differ a little. */
const CLOCK_TOLERANCE_MS = 300_000;

export interface Importer {
  readonly actor: Actor;
  readonly operatorId: string | null;
}

/**
 * Applies a file of decisions, all in one transaction. A single decision that cannot be applied is told with its reason and
 * does not stop the others.
 *
 * @throws ApiError 400 or 409 with a sentence when nothing of the file can be taken; then nothing was changed
 */
export async function importDecisions(context: GatewayContext, text: string, by: Importer): Promise<ImportAnswer> {
  const file = readDecisions(text);
  const { id } = await installationOf(context);
  if (file.payload.installation !== id) {
    throw refused('other_installation', 'These decisions are about requests of another installation.');
  }
  const answer = await context.db.tx((tx) => apply(context, tx, file, by));
  for (const { id: ticketId } of answer.applied) {
    const [row] = await ticketRow(context.db, ticketId);
    if (!row) continue;
    await context.events.emit({ kind: 'ticket_changed', ticketId, userId: row.userId });
    await context.events.emit({ kind: 'user_changed', userId: row.userId });
  }
  return answer;
}

async function apply(context: GatewayContext, tx: Tx, file: OpenedDecisions, by: Importer): Promise<ImportAnswer> {
  const { packetImports } = tx.tables;
  const { payload, digest, fingerprint } = file;
  const approver = await requireApprover(tx, file);
  await requireGoodPacket(context, tx, file);
  const [before] = await tx.select().from(packetImports).where(eq(packetImports.digest, digest));
  if (before) {
    const at = new Date(before.createdAt).toISOString().slice(0, 16).replace('T', ' ');
    throw refused('already_imported', `This file was imported already, on ${at} UTC. Nothing was changed.`, 409);
  }
  const decider: Decider = {
    ...approver,
    via: { packet: payload.nonce, fingerprint, importedBy: by.operatorId },
  };
  const applied: ImportAnswer['applied'] = [];
  const problems: ImportAnswer['refused'] = [];
  for (const decision of payload.decisions) {
    const outcome = await applyOne(context, tx, decision, decider);
    if (outcome.kind === 'applied') applied.push(outcome.applied);
    else problems.push(outcome.problem);
  }
  await tx.insert(packetImports).values({
    digest,
    packetId: payload.nonce,
    fingerprint,
    applied: applied.length,
    refused: problems.length,
    importedBy: by.operatorId,
    createdAt: context.clock.now(),
  });
  await context.audit.write(tx, {
    actor: by.actor,
    action: 'packet.imported',
    target: { kind: 'packet', id: payload.nonce },
    details: {
      digest,
      fingerprint,
      approver: approver.operatorId,
      applied: applied.map(({ ticket }) => ticket),
      refused: problems.map(({ ticket, code }) => ({ ticket, code })),
    },
  });
  return { operatorId: approver.operatorId, applied, refused: problems };
}

type Outcome =
  | { kind: 'applied'; applied: ImportAnswer['applied'][number] }
  | { kind: 'refused'; problem: ImportAnswer['refused'][number] };

async function applyOne(context: GatewayContext, tx: Tx, decision: PacketDecision, decider: Decider): Promise<Outcome> {
  const [ticket] = await ticketRow(tx, decision.id);
  const problem = (code: string, message: string): Outcome => ({
    kind: 'refused',
    problem: { id: decision.id, ticket: ticket ? ticketName(ticket.number) : null, code, message },
  });
  if (!ticket) return problem('ticket_not_found', 'There is no such request here.');
  if (ticket.kind !== 'credits') return problem('nothing_to_grant', 'This is no request for credits.');
  const wish = toDecision(decision);
  try {
    // Before the digest: that somebody else was faster says more than that something has changed.
    await checkDecision(tx, ticket, wish, decider);
  } catch (error) {
    if (error instanceof ApiError) return problem(error.code, error.message);
    throw error;
  }
  if ((await currentDigest(tx, ticket)) !== decision.digest) {
    return problem('request_changed', 'The request was changed after the packet was made. Decide on it anew.');
  }
  const { status } = await decide(context, tx, ticket.id, wish, decider);
  const done = status === 'rejected' ? 'rejected' : 'approved';
  return { kind: 'applied', applied: { id: ticket.id, ticket: ticketName(ticket.number), status: done } };
}

function toDecision(decision: PacketDecision): Decision {
  return decision.decision === 'reject'
    ? { kind: 'reject', reason: decision.reason }
    : { kind: 'approve', amount: decision.amount, note: decision.note, payment: null };
}

/** Whose decisions these are: an enrolled key that is not revoked, of an operator who may decide. */
async function requireApprover(tx: Tx, file: OpenedDecisions) {
  const { approverKeys, operators } = tx.tables;
  const [row] = await tx
    .select({ key: approverKeys, role: operators.role, disabledAt: operators.disabledAt })
    .from(approverKeys)
    .innerJoin(operators, eq(operators.id, approverKeys.operatorId))
    .where(eq(approverKeys.fingerprint, file.fingerprint));
  const name = readable(file.fingerprint);
  if (!row) {
    throw refused('unknown_key', `No approver has the key ${name}. An owner enrols it by its fingerprint first.`);
  }
  if (!verifyDecisions(file, row.key.publicKey)) {
    const { code, message } = altered('file');
    throw refused(code, message);
  }
  if (row.key.revokedAt !== null)
    throw refused('key_revoked', `The key ${name} was revoked. Its decisions count no more.`);
  if (row.disabledAt !== null) throw refused('approver_disabled', 'The approver who signed this is disabled.');
  if (!roleAtLeast(row.role, 'approver')) {
    throw refused('not_an_approver', `Whoever signed this may not decide any more: the role is ${row.role}.`);
  }
  const operatorId = row.key.operatorId;
  return { actor: { kind: 'operator', id: operatorId } as const, operatorId, role: row.role };
}

/** The packet that was decided on: ours, as it was handed out, and not too old by the clock of this machine. */
async function requireGoodPacket({ clock }: GatewayContext, tx: Tx, { payload }: OpenedDecisions): Promise<void> {
  const { packets } = tx.tables;
  const [packet] = await tx.select().from(packets).where(eq(packets.id, payload.nonce));
  if (!packet || packet.digest !== payload.packetDigest) {
    throw refused('unknown_packet', 'The packet that these decisions are about was not made here.');
  }
  const now = clock.now();
  if (now >= packet.expiresAt) {
    const until = new Date(packet.expiresAt).toISOString().slice(0, 16).replace('T', ' ');
    throw refused('expired', `The packet was good until ${until} UTC. Export the requests again.`);
  }
  if (payload.decidedAt > now + CLOCK_TOLERANCE_MS) {
    throw refused('in_the_future', 'These decisions are dated in the future. Check the clocks of both machines.');
  }
}

function readDecisions(text: string): OpenedDecisions {
  try {
    return openDecisions(text);
  } catch (error) {
    if (error instanceof PacketError) throw refused(error.code, error.message);
    throw error;
  }
}

function ticketRow(db: Queries, id: string): PromiseLike<TicketRow[]> {
  const { tickets } = db.tables;
  return db.select().from(tickets).where(eq(tickets.id, id));
}

function refused(code: string, message: string, statusCode = 400): ApiError {
  return new ApiError(statusCode, code, message);
}
