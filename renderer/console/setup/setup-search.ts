/** What of the set-up stands in the address. */
import { oneOf, present } from '../search-params.ts';
import { STEPS, type StepId } from './setup-steps.ts';

export type SetupPlace = StepId | 'finish';

export interface SetupSearch {
  /** Without it, the first step that is open. */
  step?: SetupPlace;
}

export function parseSetupSearch(raw: Record<string, unknown>): SetupSearch {
  return present<SetupSearch>({ step: oneOf<SetupPlace>(raw.step, [...STEPS, 'finish']) });
}
