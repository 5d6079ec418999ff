/** Remembering what providers keep, on Postgres: one statement for all of it. */
import { arrayLiteral } from '../db/postgres-arrays.ts';
import type { KeptAnswer } from './port.ts';

export const keepStatement = `
  INSERT INTO kept_answers AS k (id_hash, user_id, tokens, upstream_id, updated_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])
  ON CONFLICT (id_hash) DO UPDATE SET
    tokens = excluded.tokens, upstream_id = excluded.upstream_id, updated_at = excluded.updated_at
  WHERE k.user_id = excluded.user_id`;

/** Parameters of `keepStatement`. */
export function keepParameters(answers: readonly KeptAnswer[]): string[] {
  return [
    arrayLiteral(answers.map(({ idHash }) => idHash)),
    arrayLiteral(answers.map(({ userId }) => userId)),
    arrayLiteral(answers.map(({ tokens }) => tokens)),
    arrayLiteral(answers.map(({ upstreamId }) => upstreamId)),
    arrayLiteral(answers.map(({ updatedAt }) => updatedAt)),
  ];
}
