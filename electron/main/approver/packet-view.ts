/** Pure: a packet as the approver's page shows it, and decisions as they are signed. */
import type { OpenedPacket } from '../../../gateway/approver.ts';
import { readable } from '../../../gateway/approver.ts';
import type { DecisionOutcome, OfflineDecision, OfflinePacket } from '../../contract.ts';

type Refusal = Extract<DecisionOutcome, { kind: 'refused' }>['code'];
type Signed = Parameters<typeof import('../../../gateway/approver.ts').sealDecisions>[0]['decisions'];

/** @param now epoch milliseconds */
export function packetView(packet: OpenedPacket, file: string, isTrusted: boolean, now: number): OfflinePacket {
  const { createdAt, expiresAt, currency, pricePerMillion, requests } = packet.payload;
  return {
    file,
    digest: packet.digest,
    fingerprint: readable(packet.fingerprint),
    isTrusted,
    createdAt,
    expiresAt,
    isOver: now >= expiresAt,
    currency,
    pricePerMillion,
    requests: requests.map(({ digest: _digest, user: { id: _id, ...user }, ...request }) => ({ ...request, user })),
  };
}

/** What is to be signed, each decision bound to its request as the packet has it; or why that cannot be. */
export function boundDecisions(packet: OpenedPacket, decisions: readonly OfflineDecision[]): Signed | Refusal {
  const requests = new Map(packet.payload.requests.map((request) => [request.id, request]));
  const bound: Signed = [];
  for (const decision of decisions) {
    const request = requests.get(decision.id);
    if (!request) return 'unknown_request';
    if (bound.some(({ id }) => id === decision.id)) return 'twice';
    if (decision.decision === 'approve' && request.kind !== 'credits') return 'no_credits';
    bound.push({ ...decision, digest: request.digest });
  }
  return bound;
}
