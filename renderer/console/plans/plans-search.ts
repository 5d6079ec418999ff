/** What of plans, departments and models stands in the address. */
import { oneOf, present, textOf } from '../search-params.ts';

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
  return present<PlansSearch>({ part: oneOf(raw.part, PARTS), open: textOf(raw.open), search: textOf(raw.search) });
}
