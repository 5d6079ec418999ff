/** What of plans, departments and models stands in the address. */
import { oneOf, textOf } from '../search-params.ts';

export const PARTS = ['plans', 'departments', 'models'] as const;
export type Part = (typeof PARTS)[number];

/** In place of an id: the drawer makes a new one. No id can look like this. */
export const NEW = '+';

export interface PlansSearch {
  part?: Part;
  /** Id of the plan, department or model whose drawer is open. */
  open?: string;
  search?: string;
}

export function parsePlansSearch(raw: Record<string, unknown>): PlansSearch {
  const part = oneOf(raw.part, PARTS);
  const open = textOf(raw.open);
  const search = textOf(raw.search);
  return { ...(part && { part }), ...(open && { open }), ...(search && { search }) };
}
