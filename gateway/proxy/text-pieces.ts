/** Pure: long texts cut into pieces that a tokenizer counts quickly, one by one, to nearly the same sum. */

/**
 * The tokenizer's time grows with the square of a run of one kind, so a hostile prompt could stop everybody's counts.
 * Texts are cut after every 1,000 characters without a space, or of nothing else; a cut adds a token or two.
 */
const LONG_RUN = /\S{1000}|\s{1000}/gu;
/** What is counted in one go: some milliseconds at worst. */
const SECTION = 16_384;
const SEARCHED = 256;
const LETTER = /\p{L}/u;

/** The text in pieces, in order. */
export function* textPieces(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = sectionEnd(text, start);
    const section = text.slice(start, end);
    let from = 0;
    for (const run of section.matchAll(LONG_RUN)) {
      const to = run.index + run[0].length;
      yield section.slice(from, to);
      from = to;
    }
    if (from < section.length) yield section.slice(from);
    start = end;
  }
}

function sectionEnd(text: string, start: number): number {
  const end = start + SECTION;
  if (end >= text.length) return text.length;
  // A cut between two words adds nothing.
  for (let at = end; at > end - SEARCHED; at--) {
    if (text[at] === ' ' && LETTER.test(text[at - 1] ?? '') && LETTER.test(text[at + 1] ?? '')) return at;
  }
  return isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
