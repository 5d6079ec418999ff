/** What was typed and not sent, kept on this device by person and form. Secrets are never given to it. */

/** The fields that differ from what the form began with. */
export type DraftFields = Readonly<Record<string, unknown>>;

interface Kept {
  readonly at: number;
  readonly fields: DraftFields;
}

const KEY = 'solaris.drafts';
const MOST_DRAFTS = 50;
/** Of one draft, in characters of its JSON: a pasted table may be long, but the store is small. */
const MOST_LENGTH = 200_000;
const LIFE_MS = 30 * 86_400_000;

export interface DraftStore {
  read(ownerId: string, form: string): DraftFields;
  /** No fields: there is no draft any more. */
  write(ownerId: string, form: string, fields: DraftFields): void;
  /** For whoever signs out: others may use this device. */
  forget(ownerId: string): void;
}

/** @param storage where it is kept; what it refuses is not kept, and nobody is told */
export function createDraftStore(storage: Pick<Storage, 'getItem' | 'setItem'>, now: () => number): DraftStore {
  const load = (): Record<string, Kept> => {
    try {
      const all = JSON.parse(storage.getItem(KEY) ?? '{}') as Record<string, Kept>;
      return Object.fromEntries(Object.entries(all).filter(([, { at }]) => now() - at < LIFE_MS));
    } catch {
      return {};
    }
  };
  const store = (all: Record<string, Kept>) => {
    const newest = Object.entries(all)
      .toSorted(([, a], [, b]) => b.at - a.at)
      .slice(0, MOST_DRAFTS);
    try {
      storage.setItem(KEY, JSON.stringify(Object.fromEntries(newest)));
    } catch {
      // Full or forbidden: the form still has what was typed.
    }
  };
  const nameOf = (ownerId: string, form: string) => `${ownerId}/${form}`;
  return {
    read: (ownerId, form) => load()[nameOf(ownerId, form)]?.fields ?? {},
    write(ownerId, form, fields) {
      const name = nameOf(ownerId, form);
      const { [name]: before, ...others } = load();
      const isEmpty = Object.keys(fields).length === 0;
      if (isEmpty && !before) return;
      const fits = JSON.stringify(fields).length <= MOST_LENGTH;
      store(isEmpty || !fits ? others : { ...others, [name]: { at: now(), fields } });
    },
    forget(ownerId) {
      store(Object.fromEntries(Object.entries(load()).filter(([name]) => !name.startsWith(`${ownerId}/`))));
    },
  };
}

/** The fields of `values` that are not as in `initial`, without `secrets`. */
export function changedFields(values: DraftFields, initial: DraftFields, secrets: readonly string[]): DraftFields {
  const isSame = (name: string) => JSON.stringify(values[name]) === JSON.stringify(initial[name]);
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => name in initial && !secrets.includes(name) && !isSame(name)),
  );
}
