/** Pure: `text` with `secret` covered but for its beginning and end, by which one key is told from another. */
export function coverSecret(text: string, secret: string): string {
  const shown = secret.length > 20 ? `${secret.slice(0, 7)}${DOTS}${secret.slice(-4)}` : DOTS;
  return text.replaceAll(secret, shown);
}

/** As many for every secret: their number says nothing of its length. */
const DOTS = '••••••••';
