/** What the demo's people asked for in the portal, and what became of the older wishes. */
import type { Changer } from '../accounts/checks.ts';
import { decide } from '../credits/decide.ts';
import { askForCredits } from '../credits/submit.ts';
import type { Urgency } from '../db/json-columns.ts';
import type { Act } from './acts.ts';
import type { Member, Team } from './team.ts';
import { type TrafficWindow, usedNow } from './traffic.ts';

interface Wish {
  readonly hoursAgo: number;
  readonly amount: number;
  readonly urgency: Urgency;
  readonly en: string;
  readonly 'pt-BR': string;
  /** Why it was refused, an hour later; the newest ones still wait. */
  readonly refused?: { readonly en: string; readonly 'pt-BR': string };
}

const HOUR_MS = 3_600_000;

/** Of those who are nearest to their limits, the nearest first. */
const WISHES: readonly Wish[] = [
  {
    hoursAgo: 2,
    amount: 500_000,
    urgency: 'high',
    en: 'The quarterly report is due on Friday, and the drafts of three teams are still to be merged.',
    'pt-BR': 'O relatório do trimestre vence na sexta, e ainda faltam os textos de três equipes.',
  },
  {
    hoursAgo: 5,
    amount: 1_000_000,
    urgency: 'critical',
    en: 'The migration of the help centre runs until Sunday. Without more we stop halfway.',
    'pt-BR': 'A migração da central de ajuda vai até domingo. Sem mais tokens, paramos no meio.',
  },
  {
    hoursAgo: 9,
    amount: 100_000,
    urgency: 'medium',
    en: 'A handful of contracts remain to be summarized.',
    'pt-BR': 'Restam alguns contratos para resumir.',
  },
  {
    hoursAgo: 20,
    amount: 250_000,
    urgency: 'low',
    en: 'For the workshop of next week, if there is room.',
    'pt-BR': 'Para a oficina da semana que vem, se houver espaço.',
  },
  {
    hoursAgo: 98,
    amount: 2_000_000,
    urgency: 'medium',
    en: 'I would like to try the larger models on our archive.',
    'pt-BR': 'Queria testar os modelos maiores com o nosso acervo.',
    refused: {
      en: 'Let us begin with a sample of the archive; the month has room for that.',
      'pt-BR': 'Vamos começar com uma amostra do acervo; a cota do mês basta para isso.',
    },
  },
];

/** @param by who refused what was refused; without an operator nothing was */
export function askingOf({ members }: Team, window: TrafficWindow, by: Changer): Act[] {
  const { now } = window;
  const share = (member: Member) => (usedNow(member, window) ?? 0) / (member.limit ?? Number.POSITIVE_INFINITY);
  const asking = members
    .filter((member) => member.email !== null && (member.person.status ?? 'active') === 'active' && share(member) > 0)
    .toSorted((left, right) => share(right) - share(left));
  return WISHES.flatMap((wish, index): Act[] => {
    const member = asking[index];
    if (!member || (wish.refused && by.operatorId === null)) return [];
    return actsOf(member, wish, now - wish.hoursAgo * HOUR_MS, by);
  });
}

/** Two acts where a wish was refused: each has its own time, so that the audit log reads in order. */
function actsOf({ id, person }: Member, wish: Wish, at: number, by: Changer): Act[] {
  const { amount, urgency, refused } = wish;
  const opened = { id: '' };
  const asking: Act = {
    at,
    async run(context, tx) {
      const ticket = await askForCredits(context, tx, id, { amount, urgency, justification: wish[person.locale] });
      opened.id = ticket.id;
    },
  };
  if (!refused) return [asking];
  const decision = { kind: 'reject', reason: refused[person.locale] } as const;
  const refusing: Act = {
    at: at + HOUR_MS,
    run: (context, tx) => decide(context, tx, opened.id, decision, { ...by, role: 'owner' }),
  };
  return [asking, refusing];
}
