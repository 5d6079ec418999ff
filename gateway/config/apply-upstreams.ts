/** Upstreams of a start-up source, in its order. */
import { eq, inArray } from 'drizzle-orm';
import type { Sealed } from '../db/json-columns.ts';
import { type Applying, auditApplied, differing } from './applying.ts';
import type { UpstreamDeclaration } from './declarations.ts';
import type { SecretBox } from './secret-box.ts';

export interface SealedUpstream {
  readonly declared: UpstreamDeclaration;
  readonly sealed: Sealed | null;
}

export async function applyUpstreams(applying: Applying, list: readonly SealedUpstream[]): Promise<void> {
  if (list.length === 0) return;
  const { context, tx, source } = applying;
  const { upstreams } = tx.tables;
  const ids = list.map(({ declared }) => declared.id);
  const rows = await tx.select().from(upstreams).where(inArray(upstreams.id, ids));
  const present = new Map(rows.map((row) => [row.id, row]));
  const now = context.clock.now();
  for (const [index, { declared, sealed }] of list.entries()) {
    const position = declared.position ?? source.firstPosition + index;
    const { id, kind, name, baseUrl, apiKey, models, aliases, weight, enabled, timeouts, caCertificate } = declared;
    const options = caCertificate == null ? caCertificate : { caCertificate };
    const target = { kind: 'upstream', id };
    const wished = {
      kind,
      baseUrl,
      models,
      aliases,
      weight,
      enabled,
      timeouts,
      options,
      position,
      source: source.kind,
    };
    const row = present.get(id);
    if (!row) {
      const made = { ...wished, id, name: name ?? id, models: models ?? ['*'], aliases: aliases ?? {}, apiKey: sealed };
      await tx.insert(upstreams).values({ ...made, createdAt: now, updatedAt: now });
      await auditApplied(applying, 'upstream.created', target, []);
      continue;
    }
    // Sealing the same key again gives other bytes, so the keys are compared, not the boxes.
    const sameKey = apiKey === undefined || (await holds(context.secrets, row.apiKey, apiKey));
    const changed = { ...differing(row, { ...wished, name }), ...(sameKey ? {} : { apiKey: sealed }) };
    if (Object.keys(changed).length === 0) continue;
    await tx
      .update(upstreams)
      .set({ ...changed, updatedAt: now })
      .where(eq(upstreams.id, id));
    await auditApplied(applying, 'upstream.changed', target, Object.keys(changed));
  }
}

async function holds(secrets: SecretBox, sealed: Sealed | null, secret: string | null): Promise<boolean> {
  if (sealed === null || secret === null) return sealed === secret;
  return secrets.open(sealed).then(
    (opened) => opened === secret,
    () => false,
  );
}
