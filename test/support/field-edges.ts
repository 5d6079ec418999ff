/** What axe does not look at: whether one sees where a field or a box to tick is (WCAG 1.4.11). */
import type { Page } from 'playwright-core';

const LEAST_CONTRAST = 3;

/** The fields whose edge stands out too little from what is beside it, with the contrast that they have. */
export async function paleFieldsOf(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string) => {
      const [red = 0, green = 0, blue = 0] = channels(color).map((channel) => {
        const share = channel / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one: string, other: string) => {
      const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return (lighter + 0.05) / (darker + 0.05);
    };
    const isSeen = (color: string) => (channels(color)[3] ?? 1) > 0.99;
    const groundOf = (element: Element | null): string => {
      if (!element) return 'rgb(255, 255, 255)';
      const { backgroundColor } = getComputedStyle(element);
      return isSeen(backgroundColor) ? backgroundColor : groundOf(element.parentElement);
    };
    return [...document.querySelectorAll('input, textarea, select')].flatMap((field) => {
      const { borderTopColor, borderTopWidth, backgroundColor, visibility } = getComputedStyle(field);
      // What is checked or edgeless is known by its ground; what cannot be used need not stand out.
      const hasEdge = borderTopWidth !== '0px' && isSeen(borderTopColor);
      if (!field.checkVisibility() || visibility !== 'visible' || field.matches(':disabled, :checked') || !hasEdge)
        return [];
      const found = Math.max(
        contrast(borderTopColor, groundOf(field.parentElement)),
        isSeen(backgroundColor) ? contrast(borderTopColor, backgroundColor) : 0,
      );
      return found >= least ? [] : [`pale-edge: ${found.toFixed(2)} ${field.outerHTML.slice(0, 160)}`];
    });
  }, LEAST_CONTRAST);
}
