/** Fills an empty database with a living team, for a first look. Never to be used on a database that people use. */
import { eq } from 'drizzle-orm';
import type { Changer } from '../accounts/checks.ts';
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import { readInstallation } from '../db/installation.ts';
import { modelFacts } from '../proxy/model-facts.ts';
import { loadPriceTable } from '../proxy/price-table.ts';
import { createPriceBook } from '../proxy/prices.ts';
import { actOn, recordActs } from './acts.ts';
import { askingOf } from './asking.ts';
import { MODEL_ROWS } from './models.ts';
import { createRandom, type Random } from './random.ts';
import { type DemoEvent, type DemoMove, replay } from './replay.ts';
import { type Member, makeTeam } from './team.ts';
import { leaveTraces } from './traces.ts';
import { requestsOf, type TrafficWindow, trafficWindow } from './traffic.ts';
import { recordRuns } from './uptime.ts';

export interface FillDemoOptions {
  /** The same seed, clock and settings make the same people, requests and sums. */
  seed?: number;
  /** Days of history; 63 by default, so that every weekday has the eight weeks that a forecast looks back on. */
  days?: number;
}

export interface FilledDemo {
  readonly users: number;
  readonly requests: number;
}

const DAY_MS = 86_400_000;
const MARK = 'demo_filled_at';
const DEMO_SEED = 20_261_120;

/**
 * Makes departments, plans, models, people, and weeks of their requests, which all go through the ledger, so that the
 * sums are right by the same rules as ever. Takes a second or so.
 *
 * @returns what was made; null when this database was filled before, and nothing was changed
 * @throws Error when the database has been used already
 */
export async function fillDemo(context: GatewayContext, options: FillDemoOptions = {}): Promise<FilledDemo | null> {
  const { db, clock, calendar, settings, events } = context;
  const { installation, usageRecords } = db.tables;
  if ((await readInstallation(db, MARK)) !== null) return null;
  if ((await db.$count(usageRecords)) > 0) {
    throw new Error('The demo needs a database that nobody has used. Choose an empty data directory.');
  }

  const random = createRandom(options.seed ?? DEMO_SEED);
  const now = clock.now();
  const from = now - (options.days ?? 63) * DAY_MS;
  const { conversionFactor } = settings.current();
  const window = trafficWindow(from, now, calendar(), (model) => {
    return { multiplier: modelFacts(model, MODEL_ROWS).multiplier, factor: conversionFactor };
  });
  const by = await firstOperator(context);
  const team = await makeTeam(context, random, from);
  const history = team.members.flatMap((member) => historyOf(member, window, random, settings.current().locale));
  const book = createPriceBook(await loadPriceTable(), MODEL_ROWS);
  const refusals = await replay({ context, window, book, keyId: team.serviceKeyId, by }, history);
  await recordActs(context, [...actOn(team, history, window, by), ...askingOf(team, window, by)]);
  await leaveTraces(context, team, refusals, window, random);
  await recordRuns(context, window, random);
  await db.insert(installation).values({ key: MARK, value: String(now) });
  await skipSetup(settings);
  for (const kind of ['keys', 'upstreams', 'models', 'plans', 'departments'] as const) {
    await events.emit({ kind: `${kind}_changed` });
  }
  return { users: team.members.length, requests: history.filter((event) => event.request).length - refusals.length };
}

/** A living team has been set up long ago. */
async function skipSetup(settings: GatewayContext['settings']): Promise<void> {
  const isLocked = settings.describe().some(({ key, locked }) => key === 'setup.finished' && locked);
  if (!isLocked) await settings.set({ 'setup.finished': true }, SYSTEM);
}

async function firstOperator({ db }: GatewayContext): Promise<Changer> {
  const { operators } = db.tables;
  const [row] = await db.select({ id: operators.id }).from(operators).where(eq(operators.role, 'owner')).limit(1);
  return row ? { actor: { kind: 'operator', id: row.id }, operatorId: row.id } : { actor: SYSTEM, operatorId: null };
}

type Language = 'en' | 'pt-BR';

function historyOf(member: Member, window: TrafficWindow, random: Random, locale: Language): DemoEvent[] {
  const requests = requestsOf(member, window, random).map(
    (request): DemoEvent => ({ at: request.at, member, request }),
  );
  return [...requests, ...movesOf(member, window, random, locale)];
}

/** What was bought for this month, and now and then a gift. */
function movesOf(
  member: Member,
  { from, now, calendar }: TrafficWindow,
  random: Random,
  locale: Language,
): DemoEvent[] {
  const { person, joinedAt } = member;
  const start = Math.max(from, joinedAt);
  const monthStart = Math.max(start, calendar.period(now).startsAt);
  const move = (at: number, order: Omit<DemoMove, 'operationId'>): DemoEvent => {
    return { at: Math.floor(at), member, move: { operationId: random.hex(32), ...order } };
  };
  const moves: DemoEvent[] = [];
  if (person.bought !== undefined) {
    const reason = { en: 'Release week', 'pt-BR': 'Semana de lançamento' }[locale];
    moves.push(move(monthStart + (now - monthStart) * 0.1, { kind: 'purchase', amount: person.bought, reason }));
  }
  if (person.pace === 'regular' && random.chance(0.3)) {
    const { reason, ...order } = random.pick(GIFTS);
    moves.push(move(start + (now - start) * (0.1 + random.next() * 0.8), { ...order, reason: reason[locale] }));
  }
  return moves;
}

/** What operators write, in the language of the installation. */
type Gift = Omit<DemoMove, 'operationId' | 'reason'> & { readonly reason: Readonly<Record<Language, string>> };

const GIFTS: readonly [Gift, ...Gift[]] = [
  {
    kind: 'bonus',
    amount: 100_000,
    reason: { en: 'Pilot of the support assistant', 'pt-BR': 'Piloto do assistente de suporte' },
  },
  { kind: 'compensation', amount: 50_000, reason: { en: 'Provider outage', 'pt-BR': 'Queda do provedor' } },
  {
    kind: 'grant',
    amount: 200_000,
    reason: { en: 'Migration of the knowledge base', 'pt-BR': 'Migração da base de conhecimento' },
  },
  { kind: 'bonus', amount: 50_000, reason: { en: 'Hackathon', 'pt-BR': 'Hackathon' } },
];
