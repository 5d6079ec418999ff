import { folded } from './folded.ts';

/** As the contract bounds ids. */
const LONGEST_SLUG = 64;

/** Pure: an id from a name, as the contract takes it: "Plano Básico +" → "plano-basico". Empty where nothing is left of it. */
export function slugOf(name: string): string {
  return folded(name)
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, LONGEST_SLUG)
    .replace(/-+$/, '');
}
