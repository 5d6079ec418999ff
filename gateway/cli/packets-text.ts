/** Pure: packets of requests, and what became of decisions, as lines for people. */
import type { ImportAnswer, PacketRequest } from '../contract/packets.ts';
import { priceOf, ticketName } from '../credits/price.ts';
import type { OpenedPacket } from '../packets/files.ts';
import { readable } from '../packets/signing.ts';

const number = new Intl.NumberFormat('en');

/** @param now epoch milliseconds */
export function packetText({ payload, fingerprint }: OpenedPacket, now: number): string {
  const { installation, createdAt, expiresAt, requests } = payload;
  const late = now >= expiresAt ? '  (over: decisions are not taken any more)' : '';
  return [
    `Installation ${installation}`,
    `Signed by    ${readable(fingerprint)}  (compare it once with the owner)`,
    `Made         ${minute(createdAt)}`,
    `Good until   ${minute(expiresAt)}${late}`,
    ...requests.flatMap((request) => ['', ...requestLines(request, payload)]),
  ].join('\n');
}

export function importText({ applied, refused }: ImportAnswer): string {
  return [
    ...applied.map(({ ticket, status }) => `ok   ${ticket}  ${status}`),
    ...refused.map(({ ticket, id, message }) => `no   ${ticket ?? id}  ${message}`),
    '',
    `${applied.length} applied, ${refused.length} not.`,
  ].join('\n');
}

function requestLines(request: PacketRequest, price: { currency: string; pricePerMillion: number }): string[] {
  const { user, amount } = request;
  const cost = amount === null ? null : priceOf(amount, price.pricePerMillion, price.currency);
  const wish = amount === null ? 'no number named' : `${number.format(amount)} tokens`;
  const limit = user.monthlyLimit === null ? 'no limit' : `${number.format(user.monthlyLimit)} a month`;
  return [
    `${ticketName(request.number)}  ${wish}${cost ? `  (${cost.currency} ${(cost.amount / 1_000_000).toFixed(2)})` : ''}  ${request.urgency}`,
    `  ${plain(user.name)} <${plain(user.email ?? 'no e-mail')}>, plan ${plain(user.plan)}, ${limit}`,
    `  used ${number.format(user.used)} this month, ${number.format(user.usage30Days)} in 30 days, ` +
      `credits left ${number.format(user.credits)}, granted in 90 days ${number.format(user.granted90Days)}`,
    `  asked ${minute(request.createdAt)}, answer promised until ${minute(request.dueAt)}`,
    ...quoted(request.message),
    ...request.conversation.flatMap(({ by, text }) => [`  ${by}:`, ...quoted(text)]),
  ];
}

function quoted(text: string): string[] {
  return text.split(/\r?\n/).map((line) => `  | ${plain(line)}`);
}

/** What a terminal would obey is taken out: the text comes from elsewhere. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
