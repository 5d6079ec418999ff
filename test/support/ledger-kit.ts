/** Rows and requests for tests of the ledger, with everything that a test does not care about filled in. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../gateway/db/database.ts';
import type { LimitMode, UserStatus } from '../../gateway/db/json-columns.ts';
import type { Rate, TokenPrice } from '../../gateway/ledger/charge.ts';
import { UNIT_RATE } from '../../gateway/ledger/charge.ts';
import type {
  HoldRequest,
  HoldResult,
  LedgerPolicy,
  Move,
  MoveResult,
  ResetUsage,
  Settlement,
  SettleResult,
} from '../../gateway/ledger/port.ts';

export const NOVEMBER = '2026-11';
export const DECEMBER = '2026-12';
export const NOON = Date.UTC(2026, 10, 20, 12);
export const FREE: TokenPrice = { input: 0, cachedInput: 0, output: 0 };

export interface UserSetup {
  limitMode?: LimitMode;
  limit?: number;
  credits?: number;
  planId?: string;
  department?: string;
  status?: UserStatus;
  suspendedUntil?: number;
}

export interface HoldSetup {
  prompt?: number;
  /** The client's own limit; null for none. */
  output?: number | null;
  choices?: number;
  modelMaximum?: number | null;
  cap?: number;
  minimum?: number;
  rate?: Rate;
  price?: TokenPrice;
  mayLower?: boolean;
  period?: string;
  at?: number;
  usageId?: string;
}

export interface SettleSetup extends Partial<Omit<Settlement, 'usageId' | 'chargedTokens'>> {
  prompt?: number;
  charged?: number;
}

/** What a test of the ledger says about users and requests. */
export interface LedgerKit {
  readonly db: Database;
  user(setup?: UserSetup): Promise<string>;
  department(id: string, caps: { tokens?: number; microUsd?: number; stops?: boolean }): Promise<void>;
  /** Sets the team's caps. */
  team(caps: { tokens?: number; microUsd?: number; stops?: boolean }): Promise<void>;
  plan(id: string, setup: { limitMode?: LimitMode; limit?: number; concurrent?: number }): Promise<void>;
  policy(changes: Partial<LedgerPolicy>): void;
  hold(userId: string, setup?: HoldSetup): Promise<HoldResult & { usageId: string }>;
  /** A hold that must succeed. */
  held(userId: string, setup?: HoldSetup): Promise<Extract<HoldResult, { kind: 'held' }> & { usageId: string }>;
  settle(usageId: string, tokens: number, setup?: SettleSetup): Promise<SettleResult>;
  move(userId: string, tokens: number, setup?: Partial<Move>): Promise<MoveResult>;
  /** What `move` asks for. */
  moveOrder(userId: string, tokens: number, setup?: Partial<Move>): Move;
  reset(userId: string, setup?: Partial<ResetUsage>): Promise<MoveResult>;
  balance(userId: string, period?: string): ReturnType<Database['ledger']['balance']>;
  record(usageId: string): Promise<Record<string, unknown>>;
  entries(
    userId: string,
  ): Promise<{ kind: string; period: string; monthlyDelta: number; creditsDelta: number; details: unknown }[]>;
  departmentUse(
    id: string,
    period?: string,
  ): Promise<{ usedTokens: number; heldTokens: number; usedMicroUsd: number; heldMicroUsd: number }>;
  openHolds(): Promise<number>;
}

const DEFAULT_POLICY: LedgerPolicy = { defaultMonthlyLimit: 1_000_000, blockThreshold: 1_000_000, overdraft: 'strict' };

/** Empties a migrated database and prepares it for one test of its ledger. */
export async function ledgerKit(db: Database): Promise<LedgerKit> {
  const { plans, departments, departmentPeriods, users, userPeriods, holds, usageRecords, ledgerEntries } = db.tables;
  const { dailyRollups, dailyTotals, keptAnswers } = db.tables;
  const made = { createdAt: NOON, updatedAt: NOON };
  let policy = DEFAULT_POLICY;
  let counter = 0;
  const next = () => String(++counter).padStart(6, '0');
  const moveOrder = (userId: string, tokens: number, setup: Partial<Move> = {}): Move => ({
    entryId: `led_move_${next()}`,
    userId,
    kind: 'grant',
    tokens,
    at: NOON,
    period: NOVEMBER,
    reason: 'a test',
    operatorId: null,
    ...setup,
  });

  const spending = [
    holds,
    ledgerEntries,
    usageRecords,
    userPeriods,
    departmentPeriods,
    dailyRollups,
    dailyTotals,
    keptAnswers,
  ];
  await db.tx(async (tx) => {
    // Children first: nothing cascades.
    for (const table of [...spending, users, departments, plans]) await tx.delete(table);
  });
  await db.insert(plans).values({ id: 'basic', name: 'Basic', thresholds: [80, 95, 100], ...made });
  await db.insert(departments).values({ id: 'team', name: 'Team', ...made });
  db.ledger.configure(policy);

  const kit: LedgerKit = {
    db,
    async user(setup = {}) {
      const id = `usr_${next()}`;
      await db.insert(users).values({
        id,
        email: `${id}@example.com`,
        planId: setup.planId ?? 'basic',
        departmentId: setup.department ?? null,
        limitMode: setup.limitMode ?? (setup.limit === undefined ? 'inherit' : 'tokens'),
        monthlyLimit: setup.limit ?? null,
        credits: setup.credits ?? 0,
        status: setup.status ?? 'active',
        statusReason: setup.status ? 'because' : null,
        suspendedUntil: setup.suspendedUntil ?? null,
        ...made,
      });
      return id;
    },
    async department(id, caps) {
      await db.insert(departments).values({
        id,
        name: `Department ${id}`,
        capTokens: caps.tokens ?? null,
        capMicroUsd: caps.microUsd ?? null,
        stopAtCap: caps.stops ?? true,
        ...made,
      });
    },
    async team(caps) {
      await db
        .update(departments)
        .set({ capTokens: caps.tokens ?? null, capMicroUsd: caps.microUsd ?? null, stopAtCap: caps.stops ?? true })
        .where(eq(departments.id, 'team'));
    },
    async plan(id, setup) {
      await db.insert(plans).values({
        id,
        name: id,
        thresholds: [80, 95, 100],
        limitMode: setup.limitMode ?? 'inherit',
        monthlyLimit: setup.limit ?? null,
        concurrent: setup.concurrent ?? null,
        ...made,
      });
    },
    policy(changes) {
      policy = { ...policy, ...changes };
      db.ledger.configure(policy);
    },
    async hold(userId, setup = {}) {
      const request = holdRequest(userId, { usageId: `req_${next()}`, ...setup });
      return { ...(await db.ledger.hold(request)), usageId: request.usageId };
    },
    async held(userId, setup) {
      const result = await kit.hold(userId, setup);
      if (result.kind !== 'held') throw new Error(`Expected a hold, got ${JSON.stringify(result)}`);
      return result;
    },
    settle: (usageId, tokens, setup) => db.ledger.settle(settlement(usageId, tokens, setup)),
    moveOrder,
    move: (userId, tokens, setup) => db.ledger.move(moveOrder(userId, tokens, setup)),
    reset: (userId, setup) =>
      db.ledger.resetUsage({
        entryId: `led_reset_${next()}`,
        userId,
        at: NOON,
        period: NOVEMBER,
        reason: 'a test',
        operatorId: null,
        ...setup,
      }),
    balance: (userId, period = NOVEMBER) => db.ledger.balance(userId, period),
    async record(usageId) {
      const [row] = await db.select().from(usageRecords).where(eq(usageRecords.id, usageId));
      if (!row) throw new Error(`No usage record ${usageId}`);
      return row;
    },
    async entries(userId) {
      return db.select().from(ledgerEntries).where(eq(ledgerEntries.userId, userId)).orderBy(ledgerEntries.id);
    },
    async departmentUse(id, period = NOVEMBER) {
      const { departmentId } = departmentPeriods;
      const [row] = await db
        .select()
        .from(departmentPeriods)
        .where(and(eq(departmentId, id), eq(departmentPeriods.period, period)));
      return row ?? { usedTokens: 0, heldTokens: 0, usedMicroUsd: 0, heldMicroUsd: 0 };
    },
    openHolds: () => db.$count(holds),
  };
  return kit;
}

function holdRequest(userId: string, setup: HoldSetup & { usageId: string }): HoldRequest {
  return {
    usageId: setup.usageId,
    userId,
    keyId: 'key_test',
    at: setup.at ?? NOON,
    period: setup.period ?? NOVEMBER,
    wish: {
      promptTokens: setup.prompt ?? 100,
      output: {
        explicit: setup.output === undefined ? 100 : setup.output,
        choices: setup.choices ?? 1,
        modelMaximum: setup.modelMaximum ?? null,
        cap: setup.cap ?? 16_384,
        minimum: setup.minimum ?? 256,
      },
      rate: setup.rate ?? UNIT_RATE,
      price: setup.price ?? FREE,
    },
    mayLower: setup.mayLower ?? true,
    model: 'test-model',
    upstreamId: 'ups_test',
    endpoint: '/v1/chat/completions',
    method: 'POST',
    streamed: false,
    userAgent: null,
    ipAddress: null,
  };
}

function settlement(usageId: string, tokens: number, setup: SettleSetup = {}): Settlement {
  const { prompt = 0, charged, ...rest } = setup;
  return {
    usageId,
    at: NOON,
    day: '2026-11-20',
    usage: {
      promptTokens: prompt,
      completionTokens: tokens - prompt,
      cachedTokens: 0,
      reasoningTokens: 0,
      totalTokens: tokens,
    },
    chargedTokens: charged ?? tokens,
    costMicroUsd: 0,
    usageSource: 'reported',
    outcome: 'ok',
    upstreamId: 'ups_test',
    statusCode: 200,
    durationMs: 5,
    firstByteMs: 2,
    errorMessage: null,
    ...rest,
  };
}
