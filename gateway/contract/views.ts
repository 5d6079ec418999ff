/** Shapes of `/api/admin/views`: filters of lists that an operator keeps. */
import { z } from 'zod';
import { LONGEST, PATTERNS } from './bounds.ts';
import { instant, listOf, words } from './common.ts';

export const savedListSchema = z.enum(['users']);

export const viewSchema = z.object({
  id: z.string(),
  list: savedListSchema,
  name: z.string(),
  /** As the filters stand in the console's address: `status=active&plan=pro`. */
  search: z.string(),
  createdAt: instant,
});
export type View = z.infer<typeof viewSchema>;

export const viewsQuery = z.object({ list: savedListSchema.optional() });
export const viewList = listOf(viewSchema);

export const viewBody = z.strictObject({
  list: savedListSchema,
  name: words(LONGEST.viewName).regex(PATTERNS.noControl, 'must not contain control characters'),
  search: z.string().max(2_000),
});
export type ViewInput = z.infer<typeof viewBody>;
