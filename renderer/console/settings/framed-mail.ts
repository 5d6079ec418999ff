/** Pure: a mail's HTML as a frame of the console may show it. */

const TAG = /<[a-z][^>]*>/gi;
const STYLE_ATTRIBUTE = /\sstyle="([^"]*)"/i;

/**
 * The console's content policy, which its frames inherit, lets no style attribute through. Each becomes a rule of one
 * style element that carries the page's nonce; whatever the mail says of dark themes still wins, being important.
 */
export function framedMail(html: string, nonce: string): string {
  const rules: string[] = [];
  const body = html.replace(TAG, (tag) => {
    if (/^<style/i.test(tag)) return tag.replace(/^<style/i, `<style nonce="${nonce}"`);
    return tag.replace(STYLE_ATTRIBUTE, (_attribute, declarations: string) => {
      rules.push(`[data-s="${rules.length}"]{${decoded(declarations)}}`);
      return ` data-s="${rules.length - 1}"`;
    });
  });
  return body.replace(/<head[^>]*>/i, (head) => `${head}<style nonce="${nonce}">${rules.join('\n')}</style>`);
}

function decoded(declarations: string): string {
  return declarations
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('<', '');
}
