/** Pure: what a change is expected to make of what is shown, before the gateway has said what became of it. */

export interface Expected {
  /** First parts of the keys of the queries that show it. */
  readonly in: readonly string[];
  /** The thing's `id`; of settings the `key`. */
  readonly id: string;
  /**
   * What its fields become, where it has them; null takes it out of its lists. Only what follows from the change alone:
   * balances and sums are the gateway's to say.
   */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

/** `data` as it will be; the same object where nothing of it changes. */
export function withExpected(data: unknown, expected: Expected): unknown {
  if (Array.isArray(data)) {
    const left = expected.fields === null ? data.filter((item) => !isMeant(item, expected)) : data;
    const items = left.map((item) => withExpected(item, expected));
    return items.length === data.length && items.every((item, index) => item === data[index]) ? data : items;
  }
  if (!isObject(data)) return data;
  const changes: Record<string, unknown> = {};
  for (const [name, before] of Object.entries(data)) {
    const inside = withExpected(before, expected);
    if (inside !== before) changes[name] = inside;
  }
  if (isMeant(data, expected)) {
    for (const [name, value] of Object.entries(expected.fields ?? {})) {
      if (name in data && value !== undefined && value !== data[name]) changes[name] = value;
    }
  }
  return Object.keys(changes).length === 0 ? data : { ...data, ...changes };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMeant(value: unknown, { id }: Expected): boolean {
  return isObject(value) && (value.id ?? value.key) === id;
}
