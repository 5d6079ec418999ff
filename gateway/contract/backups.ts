/** Shapes of `/api/admin/backups`. */
import { z } from 'zod';
import { instant } from './common.ts';

export const backupSchema = z.object({
  /** Name of the file in the folder of backups. */
  name: z.string(),
  bytes: z.number().int(),
  createdAt: instant,
  origin: z.enum(['scheduled', 'manual']),
  /** Restored into a throw-away database when it was made, with its books agreeing; and whole as far as its end tells. */
  good: z.boolean(),
  /** Why it is not good. */
  problem: z.string().nullable(),
  version: z.string().nullable(),
  engine: z.enum(['sqlite', 'postgres']).nullable(),
  users: z.number().int().nullable(),
  rows: z.number().int().nullable(),
  /** Whether the key that opens its secrets is in it. */
  hasKey: z.boolean(),
});
export type Backup = z.infer<typeof backupSchema>;

export const backupList = z.object({
  items: z.array(backupSchema),
  folder: z.string(),
  /** When the clock makes the next one; null when it makes none. */
  nextAt: instant.nullable(),
});

export const backupParams = z.object({ name: z.string().min(1).max(200) });

export const restoreBody = z.object({
  /** Also when the key that opens its secrets is not here: they must be entered again. */
  withoutSecrets: z.boolean().default(false),
});

export const migrateBody = z.object({
  /** `postgres://…`, or `sqlite:/path/of/a/new/file.db`. */
  to: z.string().trim().min(1).max(2_000),
});
