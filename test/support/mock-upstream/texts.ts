/** Texts whose tokens are nothing like a quarter of their characters, always the same for the same size. */
import { createHash } from 'node:crypto';

/** Each takes a length in characters (UTF-16 units) and gives a text of at most that length, close to it. */
export const texts = {
  plain: (length: number) => filled('The quick brown fox jumps over the lazy dog. ', length),
  emoji: (length: number) => filled('👩‍💻🎉🇧🇷🦜🫠🧑🏽‍🚀', length),
  chinese: (length: number) => filled('人工智能正在改变我们的工作方式，请不要超出预算。', length),
  uuids: (length: number) => counted((index) => `${uuid(index)}\n`, length),
  json: (length: number) =>
    counted(
      (index) => `{"id":${index},"key":"${uuid(index).slice(0, 8)}","a":[1.5,-2e9,null],"ok":${index % 2 === 0}},`,
      length,
    ),
  /** No spaces, no repetition. */
  base64: (length: number) => counted((index) => createHash('sha256').update(`b${index}`).digest('base64'), length),
} as const;

/** A text of exactly so many tokens in the encodings of OpenAI's models. */
export function words(tokens: number): string {
  return ' word'.repeat(tokens);
}

function uuid(index: number): string {
  const hex = createHash('sha256').update(`u${index}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function filled(sample: string, length: number): string {
  const characters = [...sample];
  const parts: string[] = [];
  let size = 0;
  for (let index = 0; ; index += 1) {
    const next = characters[index % characters.length] ?? '';
    if (next === '' || size + next.length > length) return parts.join('');
    parts.push(next);
    size += next.length;
  }
}

function counted(part: (index: number) => string, length: number): string {
  const parts: string[] = [];
  let size = 0;
  for (let index = 0; size < length; index += 1) {
    const next = part(index);
    parts.push(next);
    size += next.length;
  }
  return parts.join('').slice(0, length);
}
