/** Shapes of `/api/admin/views`: filters of lists that an operator keeps, alone or for everybody who signs in. */
import { z } from 'zod';
import { LONGEST, PATTERNS } from './bounds.ts';
import { instant, listOf, NO_CONTROL, words } from './common.ts';

export const savedListSchema = z.enum(['users']);

export const viewSchema = z.object({
  id: z.string(),
  list: savedListSchema,
  name: z.string(),
  /** As the filters stand in the console's address: `status=active&plan=pro`. */
  search: z.string(),
  /** Whether everybody who signs in has it. */
  shared: z.boolean(),
  /** Who made it; null when that operator was removed. */
  author: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Whether whoever asks may rename, change and remove it. */
  mayChange: z.boolean(),
  createdAt: instant,
});
export type View = z.infer<typeof viewSchema>;

export const viewsQuery = z.object({ list: savedListSchema.optional() });
export const viewList = listOf(viewSchema);

const fields = {
  name: words(LONGEST.viewName).regex(PATTERNS.noControl, NO_CONTROL),
  search: z.string().max(2_000).regex(PATTERNS.noControl, NO_CONTROL),
};
export const viewBody = z.strictObject({
  list: savedListSchema,
  ...fields,
  /** For everybody who signs in; owners and administrators may. */
  shared: z.boolean().default(false),
});
export type ViewInput = z.infer<typeof viewBody>;

/** A shared view as it was before the caller removed it. */
export const viewRestored = z.strictObject(fields);
export type ViewRestored = z.infer<typeof viewRestored>;

/** What is left out stays. */
export const viewChanges = z.strictObject({
  name: fields.name.optional(),
  search: fields.search.optional(),
  shared: z.boolean().optional(),
});
export type ViewChanges = z.infer<typeof viewChanges>;
