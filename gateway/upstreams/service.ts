/** Making, editing and removing upstreams. Keys are sealed before the transaction, and never told again. */
import { eq } from 'drizzle-orm';
import { changesOf, newValues, reasonOf } from '../api/changes.ts';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { CreateUpstream, UpdateUpstream } from '../contract/upstreams.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Sealed, UpstreamOptions } from '../db/json-columns.ts';
import { ApiError } from '../ops/api-error.ts';
import { readBaseUrl } from './base-url.ts';
import { isCertificate } from './certificates.ts';
import { findUpstreamRow, nextPosition, type UpstreamRow } from './queries.ts';

/** An upstream's key as it is given, sealed; undefined = as it is, null = none. */
export type SealedKey = Sealed | null | undefined;

/** Seals a key, outside of any transaction. */
export async function sealKey(context: GatewayContext, apiKey: string | null | undefined): Promise<SealedKey> {
  return typeof apiKey === 'string' ? context.secrets.seal(apiKey) : apiKey;
}

/** @returns the id. @throws ApiError 409 when the id is taken, 400 with the field */
export async function createUpstream(
  context: GatewayContext,
  tx: Tx,
  input: CreateUpstream,
  sealed: SealedKey,
  actor: Actor,
): Promise<string> {
  const now = context.clock.now();
  const {
    id = newId('ups', now),
    kind,
    name = input.id ?? kind,
    models,
    aliases,
    weight,
    enabled,
    timeouts,
    caCertificate,
  } = input;
  if (await findUpstreamRow(tx, id)) {
    throw new ApiError(409, 'upstream_exists', `There is an upstream "${id}" already.`, 'id');
  }
  const baseUrl = baseUrlOf(kind, input.baseUrl);
  const position = input.position ?? (await nextPosition(tx));
  await tx.insert(tx.tables.upstreams).values({
    id,
    kind,
    name,
    baseUrl,
    apiKey: sealed ?? null,
    models,
    aliases,
    position,
    weight,
    enabled,
    timeouts,
    options: optionsOf(caCertificate),
    source: 'console',
    createdAt: now,
    updatedAt: now,
  });
  await context.audit.write(tx, {
    actor,
    action: 'upstream.created',
    target: { kind: 'upstream', id },
    details: {
      kind,
      baseUrl,
      models,
      position,
      weight,
      enabled,
      hasApiKey: Boolean(sealed),
      hasCaCertificate: caCertificate !== null,
    },
    ...reasonOf(input.reason),
  });
  return id;
}

/** Fields that the environment sets anew at every start. */
const SET_BY_ENVIRONMENT = ['kind', 'baseUrl'] as const;

/** @throws ApiError 404, 409 for what the environment sets, 400 with the field */
export async function updateUpstream(
  context: GatewayContext,
  tx: Tx,
  id: string,
  input: UpdateUpstream,
  sealed: SealedKey,
  actor: Actor,
): Promise<void> {
  const row = await requireUpstreamRow(tx, id);
  const { reason, apiKey: _apiKey, baseUrl, caCertificate, ...wished } = input;
  const kind = input.kind ?? row.kind;
  const present = pick(row);
  const changes = changesOf(present, {
    ...wished,
    baseUrl: baseUrl === undefined && kind === row.kind ? undefined : baseUrlOf(kind, baseUrl ?? row.baseUrl),
    options: caCertificate === undefined ? undefined : optionsOf(caCertificate),
  });
  if (Object.keys(changes).length === 0 && sealed === undefined) return;
  if (row.source === 'environment') {
    const locked = sealed !== undefined ? 'apiKey' : SET_BY_ENVIRONMENT.find((field) => changes[field]);
    if (locked)
      throw new ApiError(409, 'upstream_locked', 'A variable of the environment sets this; change it there.', locked);
  }
  const { upstreams } = tx.tables;
  await tx
    .update(upstreams)
    .set({
      ...newValues(changes),
      ...(sealed === undefined ? {} : { apiKey: sealed }),
      updatedAt: context.clock.now(),
    })
    .where(eq(upstreams.id, id));
  await context.audit.write(tx, {
    actor,
    action: 'upstream.changed',
    target: { kind: 'upstream', id },
    details: { ...changes, apiKeyChanged: sealed !== undefined },
    ...reasonOf(reason),
  });
}

/** @throws ApiError 404, or 409 when the next start would bring it back */
export async function deleteUpstream(context: GatewayContext, tx: Tx, id: string, actor: Actor): Promise<void> {
  const row = await requireUpstreamRow(tx, id);
  if (row.source === 'environment' || row.source === 'config') {
    const where = row.source === 'config' ? 'config file' : 'environment';
    throw new ApiError(
      409,
      'upstream_locked',
      `The ${where} sets this upstream. Take it out there, or disable it here.`,
    );
  }
  const { upstreams } = tx.tables;
  await tx.delete(upstreams).where(eq(upstreams.id, id));
  await context.audit.write(tx, {
    actor,
    action: 'upstream.deleted',
    target: { kind: 'upstream', id },
    details: { kind: row.kind, baseUrl: row.baseUrl },
  });
}

export function upstreamNotFound(): ApiError {
  return new ApiError(404, 'upstream_not_found', 'There is no upstream with this id.');
}

async function requireUpstreamRow(tx: Tx, id: string): Promise<UpstreamRow> {
  const row = await findUpstreamRow(tx, id);
  if (!row) throw upstreamNotFound();
  return row;
}

function baseUrlOf(kind: UpstreamRow['kind'], baseUrl: string | undefined): string {
  // The demo answers from within the gateway, whatever address it was given.
  if (kind === 'demo') return '';
  if (!baseUrl) throw new ApiError(400, 'base_url_required', 'Say where the upstream is: its base URL.', 'baseUrl');
  return readBaseUrl(baseUrl);
}

/** @throws ApiError 400 when it is no certificate */
function optionsOf(caCertificate: string | null): UpstreamOptions | null {
  if (caCertificate === null) return null;
  if (!isCertificate(caCertificate)) {
    throw new ApiError(
      400,
      'invalid_certificate',
      'This is no certificate. Paste it whole, from -----BEGIN CERTIFICATE----- to its end.',
      'caCertificate',
    );
  }
  return { caCertificate };
}

function pick(row: UpstreamRow) {
  const { kind, name, baseUrl, models, aliases, position, weight, enabled, timeouts, options } = row;
  return { kind, name, baseUrl, models, aliases, position, weight, enabled, timeouts, options };
}
