/** What the gateway says at a glance: what waits, what is wrong, what was used. No Electron in here. */
import { z } from 'zod';
import type { OwnerClient } from '../owner-client.ts';

const ticketList = z.object({
  items: z.array(z.object({ id: z.string(), amount: z.number().nullable(), user: z.object({ name: z.string() }) })),
  counts: z.object({ open: z.number() }),
});
const alertList = z.object({ items: z.array(z.object({ id: z.string(), kind: z.string() })), total: z.number() });
const stats = z.object({
  monthlyTotal: z.number(),
  topUsers: z.array(
    z.object({ name: z.string(), used: z.number(), monthlyLimit: z.number().nullable(), usagePercent: z.number() }),
  ),
});
const team = z.object({ capTokens: z.number().nullable(), usedTokens: z.number(), heldTokens: z.number() });

export interface Waiting {
  readonly id: string;
  readonly name: string;
  readonly tokens: number | null;
}

export interface Glance {
  readonly waiting: number;
  /** The newest of them. */
  readonly tickets: readonly Waiting[];
  readonly alerts: number;
  /** The newest of them. */
  readonly alertIds: readonly string[];
  readonly tokensThisMonth: number;
  /** The team's cap, where there is one. */
  readonly team: { used: number; held: number; limit: number } | null;
  /** Whoever is nearest to their limit. */
  readonly nearest: { name: string; used: number; limit: number } | null;
}

/** @throws Error when the gateway does not answer, or answers something else */
export async function readGlance(client: OwnerClient): Promise<Glance> {
  const [requests, alerts, figures, everybody] = await Promise.all([
    client.get('/api/admin/requests?status=open&sort=-createdAt&limit=20').then((body) => ticketList.parse(body)),
    client.get('/api/admin/alerts?status=open&limit=20').then((body) => alertList.parse(body)),
    client.get('/api/admin/stats').then((body) => stats.parse(body)),
    client.get('/api/admin/departments/team').then((body) => team.parse(body)),
  ]);
  const { capTokens, usedTokens, heldTokens } = everybody;
  const [first] = figures.topUsers
    .filter(({ monthlyLimit }) => monthlyLimit !== null && monthlyLimit > 0)
    .sort((a, b) => b.usagePercent - a.usagePercent);
  return {
    waiting: requests.counts.open,
    tickets: requests.items.map(({ id, amount, user }) => ({ id, name: user.name, tokens: amount })),
    alerts: alerts.total,
    alertIds: alerts.items.map(({ id }) => id),
    tokensThisMonth: figures.monthlyTotal,
    team: capTokens === null || capTokens === 0 ? null : { used: usedTokens, held: heldTokens, limit: capTokens },
    nearest: first ? { name: first.name, used: first.used, limit: first.monthlyLimit ?? 0 } : null,
  };
}
