/** What a look at the fields of forms is made of. */
import type { Range } from '../../gateway/contract/bounds.ts';

export interface Form {
  readonly name: string;
  readonly call: readonly [method: string, path: string];
  /** What it takes. */
  readonly body: Readonly<Record<string, unknown>>;
  /** By the path of a field, what it does not take. */
  readonly bad: Readonly<Record<string, readonly unknown[]>>;
  /** Whose form it is, where it is no operator's. */
  readonly by?: 'user';
  /** The dots in the names of its fields are part of them. */
  readonly isFlat?: boolean;
}

/** Just outside a range, and no number of it. */
export const beyond = ({ least, most }: Range, unit = 1) => [least - unit, most + unit, 'many', 0.5 + least];
export const longer = (most: number) => ['x'.repeat(most + 1)];
/** Of a text that must say something. */
export const text = (most: number) => ['', ' ', ...longer(most), 'a\0b', 'a\ud800b'];
