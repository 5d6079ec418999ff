/** Pure: texts as every engine can keep them. Postgres takes no zero bytes and no halves of surrogate pairs. */

/** What a database can keep of a value; texts that look like JSON are taken for it. */
export function storable(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return /^[[{"]/.test(value) ? storableJson(value) : storableText(value);
}

/** The same for the texts inside of JSON and the names in it, where they are written as escapes. */
export function storableJson(json: string): string {
  if (!/\\u(0000|d[89a-f])/i.test(json)) return storableText(json);
  try {
    return JSON.stringify(JSON.parse(json, (_key, value) => cleaned(value)));
  } catch {
    return storableText(json);
  }
}

/** A text with U+FFFD in the place of what cannot be kept. */
export function storableText(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** One step of many: what is inside of `value` was cleaned before. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  if (Object.keys(value).every((key) => storableText(key) === key)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), inner]));
}
