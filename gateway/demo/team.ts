/** Writes the demo's team: departments, plans, models, upstreams, keys and people, as the first day saw them. */
import { and, eq, isNull } from 'drizzle-orm';
import { searchTextOf } from '../accounts/search-text.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { newPersonalKey, newServiceKey } from '../keys/key-hash.ts';
import { limitOf } from '../ledger/standing.ts';
import { aliasesOf, DEMO_MODELS, type DemoModel, MODEL_ROWS, PROVIDERS } from './models.ts';
import { DEPARTMENTS, emailOf, PEOPLE, type Person } from './people.ts';
import type { Random } from './random.ts';

export interface Member {
  readonly id: string;
  readonly person: Person;
  readonly email: string | null;
  readonly joinedAt: number;
  /** Usable tokens a month; null = unlimited. */
  readonly limit: number | null;
  readonly models: readonly [DemoModel, ...DemoModel[]];
  readonly ipAddress: string;
}

export interface Team {
  readonly members: readonly Member[];
  /** The service key that the history came through. */
  readonly serviceKeyId: string;
}

const DAY_MS = 86_400_000;
const INTERNS = { id: 'interns', monthlyLimit: 250_000, allowedModels: ['gpt-5.4-mini', 'gemini-*', 'solaris-echo'] };
const ECHO_URL = 'http://127.0.0.1';

/** @param from the first day that is shown */
export async function makeTeam(context: GatewayContext, random: Random, from: number): Promise<Team> {
  const now = context.clock.now();
  return context.db.tx(async (tx) => {
    await makeSurroundings(context, tx, from);
    const serviceKeyId = await findOrMakeServiceKey(tx, random, from);
    const members = await planMembers(context, tx, random, from, now);
    await insertMembers(tx, members, serviceKeyId, random);
    return { members, serviceKeyId };
  });
}

async function makeSurroundings({ settings }: GatewayContext, tx: Tx, from: number): Promise<void> {
  const { departments, plans, models, upstreams } = tx.tables;
  const at = { createdAt: from, updatedAt: from };
  const { locale } = settings.current();
  await tx.insert(departments).values(DEPARTMENTS.map((one) => ({ id: one.id, name: one[locale], ...at })));
  const limits = { ratePerMinute: 60, concurrent: 5, thresholds: [80, 95, 100] };
  await tx.insert(plans).values({
    ...INTERNS,
    name: locale === 'pt-BR' ? 'Estagiários' : 'Interns',
    limitMode: 'tokens',
    ...limits,
    ...at,
  });
  await tx.insert(models).values(MODEL_ROWS.map((row) => ({ ...row, ...at })));
  // All are the demo itself, and others are switched off: what people ask here never leaves the machine.
  await tx.update(upstreams).set({ enabled: false });
  await tx.insert(upstreams).values(
    PROVIDERS.map(({ id, name }, position) => ({
      id,
      name,
      position,
      kind: 'demo' as const,
      baseUrl: ECHO_URL,
      models: ['solaris-echo'],
      aliases: aliasesOf(id),
      source: 'demo' as const,
      ...at,
    })),
  );
}

async function findOrMakeServiceKey(tx: Tx, random: Random, at: number): Promise<string> {
  const { keys } = tx.tables;
  const [known] = await tx
    .select({ id: keys.id })
    .from(keys)
    .where(and(eq(keys.kind, 'service'), isNull(keys.revokedAt)))
    .limit(1);
  if (known) return known.id;
  const { hash, hint } = newServiceKey();
  const id = random.id('key', at);
  await tx.insert(keys).values({ id, kind: 'service', name: 'LibreChat', hash, hint, source: 'demo', createdAt: at });
  return id;
}

/** What people of the plan ask: its allowed ones. */
export function modelsOf(plan: string): readonly [DemoModel, ...DemoModel[]] {
  return [DEMO_MODELS[0], ...DEMO_MODELS.filter((one) => plan !== INTERNS.id || one.name.startsWith('gemini-'))];
}

async function planMembers(
  { settings }: GatewayContext,
  tx: Tx,
  random: Random,
  from: number,
  now: number,
): Promise<Member[]> {
  const { plans } = tx.tables;
  const rows = await tx.select().from(plans);
  const policy = settings.current();
  return PEOPLE.map((person): Member => {
    const plan = rows.find((row) => row.id === person.plan);
    const joinedAt = person.newcomer ? now - random.between(9, 35) * DAY_MS : from - random.between(5, 200) * DAY_MS;
    const limit = limitOf(
      {
        ...ownLimit(person),
        planLimitMode: plan?.limitMode ?? 'inherit',
        planMonthlyLimit: plan?.monthlyLimit ?? null,
      },
      policy,
    );
    return {
      id: random.id('usr', joinedAt),
      person,
      email: emailOf(person),
      joinedAt,
      limit,
      models: modelsOf(person.plan),
      ipAddress: `10.20.${random.between(1, 12)}.${random.between(2, 250)}`,
    };
  });
}

function ownLimit({ limit }: Person) {
  if (limit === undefined) return { limitMode: 'inherit', monthlyLimit: null } as const;
  return limit === null
    ? ({ limitMode: 'unlimited', monthlyLimit: null } as const)
    : ({ limitMode: 'tokens', monthlyLimit: limit } as const);
}

async function insertMembers(tx: Tx, members: readonly Member[], serviceKeyId: string, random: Random): Promise<void> {
  const { users, identityLinks, keys } = tx.tables;
  await tx.insert(users).values(
    members.map(({ id, person, email, joinedAt }) => ({
      id,
      email,
      name: person.name,
      searchText: searchTextOf({ name: person.name, email }),
      kind: person.service ? ('service' as const) : ('person' as const),
      planId: person.plan,
      departmentId: person.department,
      locale: person.locale,
      provisionedBy: person.service ? null : serviceKeyId,
      createdAt: joinedAt,
      updatedAt: joinedAt,
      ...ownLimit(person),
    })),
  );
  const people = members.filter((member) => !member.person.service);
  await tx.insert(identityLinks).values(
    people.map((member) => ({
      keyId: serviceKeyId,
      externalId: random.hex(24),
      userId: member.id,
      createdAt: member.joinedAt,
    })),
  );
  const withKeys = members.filter(
    ({ person }) => person.service || (person.department === 'engineering' && person.pace === 'heavy'),
  );
  await tx.insert(keys).values(
    withKeys.map(({ id, person, joinedAt }) => {
      const { hash, hint } = newPersonalKey();
      const name = person.service ? person.name : 'editor';
      return {
        id: random.id('key', joinedAt),
        kind: 'personal' as const,
        name,
        userId: id,
        hash,
        hint,
        source: 'demo' as const,
        createdAt: joinedAt,
      };
    }),
  );
}
