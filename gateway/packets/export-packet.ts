/** Handing requests out, to be decided on a machine without network. */
import { randomBytes } from 'node:crypto';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import { MOST_OF } from '../contract/bounds.ts';
import type { PacketRequest, RequestPacket, RequestsPayload } from '../contract/packets.ts';
import { ApiError } from '../ops/api-error.ts';
import { openPacket, sealPacket } from './files.ts';
import { installationOf } from './installation-key.ts';
import { packetRequestOf, waitingTickets } from './requests.ts';

const HOUR_MS = 3_600_000;

export interface PacketWish {
  /** Null = all credit requests that wait, of more than one packet takes the oldest. */
  readonly ids: readonly string[] | null;
  /** How long its decisions are taken. */
  readonly hours: number;
  readonly actor: Actor;
  readonly operatorId: string | null;
}

/**
 * Makes a signed packet, and remembers that it was handed out.
 *
 * @throws ApiError 409 `nothing_waits`, 404 when a request that was named does not wait
 */
export async function exportPacket(context: GatewayContext, wish: PacketWish): Promise<RequestPacket> {
  const { db, clock, settings, audit } = context;
  const tickets = await waitingTickets(db, wish.ids, MOST_OF.packetRequests);
  if (tickets.length === 0) throw new ApiError(409, 'nothing_waits', 'No credit request waits for a decision.');
  if (wish.ids !== null && tickets.length < new Set(wish.ids).size) {
    throw new ApiError(
      404,
      'ticket_not_found',
      'One of these requests does not exist, is decided, or asks for no credits.',
      'ids',
    );
  }
  const { id, key } = await installationOf(context);
  const { currency, pricePerMillion } = settings.current();
  const createdAt = clock.now();
  const requests: PacketRequest[] = [];
  for (const ticket of tickets) requests.push(await packetRequestOf(context, ticket));
  const payload: RequestsPayload = {
    installation: id,
    nonce: `pkt_${randomBytes(16).toString('hex')}`,
    createdAt,
    expiresAt: createdAt + wish.hours * HOUR_MS,
    currency,
    pricePerMillion,
    requests,
  };
  const packet = sealPacket(payload, key);
  const { digest } = openPacket(JSON.stringify(packet));
  await db.tx(async (tx) => {
    await tx.insert(tx.tables.packets).values({
      id: payload.nonce,
      digest,
      requests: requests.length,
      exportedBy: wish.operatorId,
      createdAt,
      expiresAt: payload.expiresAt,
    });
    await audit.write(tx, {
      actor: wish.actor,
      action: 'packet.exported',
      target: { kind: 'packet', id: payload.nonce },
      details: { digest, tickets: requests.map(({ number }) => number), expiresAt: payload.expiresAt },
    });
  });
  return packet;
}
