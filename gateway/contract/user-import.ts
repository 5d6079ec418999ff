/** Shapes of `/api/admin/users/import`: users from a table, first shown, then made and changed as one. */
import { z } from 'zod';
import { LONGEST } from './bounds.ts';
import { reason } from './users.ts';

/** Lines of a file, the heading left out: they are written as one, and requests wait for that. */
export const MOST_IMPORT_LINES = 2_000;
export const MOST_IMPORT_CHARACTERS = LONGEST.table;

export const IMPORT_COLUMNS = ['id', 'email', 'name', 'plan', 'department', 'monthlyLimit', 'locale'] as const;
export const importColumnSchema = z.enum(IMPORT_COLUMNS);
export type ImportColumn = z.infer<typeof importColumnSchema>;

export const importBody = z.strictObject({
  csv: z
    .string()
    .max(MOST_IMPORT_CHARACTERS)
    .describe('A table with a heading; comma, semicolon or tab between the columns'),
  /** Needed to commit; a preview may do without. */
  reason: reason.optional(),
  preview: z.boolean().default(false),
  /** The preview's `selection`: the commit is refused when it would do something else by then. */
  selection: z.string().max(64).optional(),
});
export type ImportRequest = z.infer<typeof importBody>;

export const importProblemSchema = z.enum([
  'email_required',
  'invalid_email',
  'duplicate_user',
  'unknown_user',
  'invalid_name',
  'unknown_plan',
  'unknown_department',
  'ambiguous_plan',
  'ambiguous_department',
  'invalid_limit',
  'limit_out_of_bounds',
  'invalid_locale',
  'too_many_cells',
]);
export type ImportProblemCode = z.infer<typeof importProblemSchema>;

/** What is wrong with one cell. */
export const importErrorSchema = z.object({
  /** As editors count: the heading is line 1. */
  line: z.number().int(),
  column: importColumnSchema.nullable(),
  code: importProblemSchema,
  message: z.string(),
  /** What stands in the cell. */
  value: z.string(),
});
export type ImportError = z.infer<typeof importErrorSchema>;

const cell = z.union([z.string(), z.number(), z.null()]);

export const importRowSchema = z.object({
  line: z.number().int(),
  /** Null for a user who is made. */
  id: z.string().nullable(),
  email: z.string().nullable(),
  name: z.string(),
  action: z.enum(['create', 'change']),
  changes: z.array(z.object({ column: importColumnSchema, before: cell, after: cell })),
});
export type ImportRow = z.infer<typeof importRowSchema>;

export const importAnswer = z.object({
  preview: z.boolean(),
  lines: z.number().int(),
  created: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  /** With any of these nothing is written. At most 200. */
  errors: z.array(importErrorSchema),
  errorCount: z.number().int(),
  /** Headings of columns that are not read. */
  ignored: z.array(z.string()),
  /** The first 200 users who are made or change. */
  rows: z.array(importRowSchema),
  selection: z.string(),
});
export type ImportAnswer = z.infer<typeof importAnswer>;
