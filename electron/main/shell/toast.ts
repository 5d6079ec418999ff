/** The XML of a Windows notification whose click opens a link, also when the app does not run any more. Pure. */
import type { Notice } from './notices.ts';

export function toastXml({ title, body, link }: Notice): string {
  const texts = [title, body].map((text) => `<text>${escaped(text)}</text>`).join('');
  const visual = `<visual><binding template="ToastGeneric">${texts}</binding></visual>`;
  return `<toast activationType="protocol" launch="${escaped(link)}">${visual}</toast>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string): string {
  // XML has no way to write control characters.
  return text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}
