/** What operators did in the demo's history, with its audit entries, in order of time. */
import type { Changer } from '../accounts/checks.ts';
import { recordMove, setStatus } from '../accounts/moves.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { contextAt, type DemoEvent } from './replay.ts';
import type { Member, Team } from './team.ts';
import type { TrafficWindow } from './traffic.ts';

/** Something that was done at an instant; `context` carries that time. */
export interface Act {
  readonly at: number;
  run(context: GatewayContext, tx: Tx): Promise<unknown>;
}

const DAY_MS = 86_400_000;

/** The acts that belong to the team and its history. */
export function actOn(team: Team, history: readonly DemoEvent[], window: TrafficWindow, by: Changer): Act[] {
  const acts: Act[] = [];
  for (const member of team.members) {
    acts.push(arrival(team, member, by), ...ending(member, window, by));
  }
  for (const { at, member, move } of history) {
    if (!move) continue;
    const { operationId, ...order } = move;
    acts.push({ at, run: (context, tx) => recordMove(context, tx, { userId: member.id, ...order }, by, operationId) });
  }
  return acts;
}

/** Writes them in one transaction, the earliest first, so that the audit log reads in order. */
export async function recordActs(context: GatewayContext, acts: readonly Act[]): Promise<void> {
  const inOrder = acts.toSorted((a, b) => a.at - b.at);
  await context.db.tx(async (tx) => {
    for (const act of inOrder) await act.run(contextAt(context, act.at), tx);
  });
}

/** People came with their first request, service accounts were made. */
function arrival({ serviceKeyId }: Team, { id, person, email, joinedAt }: Member, by: Changer): Act {
  const provisioned = person.service !== true;
  return {
    at: joinedAt,
    run: ({ audit }, tx) =>
      audit.write(tx, {
        actor: provisioned ? { kind: 'key', id: serviceKeyId } : by.actor,
        action: provisioned ? 'user.provisioned' : 'user.created',
        target: { kind: 'user', id },
        details: { plan: person.plan, status: 'active' },
        personal: { subjectId: id, data: { email, name: person.name } },
      }),
  };
}

/** Why somebody is not active, in the language of the installation. */
const REASONS = {
  suspended: { en: 'On leave until the end of the month', 'pt-BR': 'Licença até o fim do mês' },
  blocked: { en: 'Personal key published by mistake', 'pt-BR': 'Chave pessoal publicada por engano' },
} as const;

/** How a status came about that is not active. */
function ending({ id, person }: Member, { now }: TrafficWindow, by: Changer): Act[] {
  const acts = (status: keyof typeof REASONS, daysAgo: number, until: number | null): Act[] => [
    {
      at: now - daysAgo * DAY_MS,
      run(context, tx) {
        const reason = REASONS[status][context.settings.current().locale];
        return setStatus(context, tx, { userId: id, status, reason, until }, by);
      },
    },
  ];
  switch (person.status) {
    case 'suspended':
      return acts('suspended', 2, now + 12 * DAY_MS);
    case 'blocked':
      return acts('blocked', 5, null);
    default:
      return [];
  }
}
