/** Pure: how far an expected value may be off, behind it; nothing where low and high are written alike. */
export function bandText(low: string, high: string): string {
  return low === high ? '' : ` (${low}–${high})`;
}
