/**
 * The ledger: every number that can spend, behind one port with an implementation per engine.
 * Each call is one atomic, durable step: when its promise resolves, the effect is on disk. It rejects with
 * `DatabaseUnavailableError` when the database cannot take a write now; then the effect did not happen.
 */

import type { LedgerKind, Outcome, UsageSource, UserStatus } from '../db/json-columns.ts';
import type { PaidCalls, TokenParts } from './charge.ts';
import type { HoldWish } from './sizing.ts';

/** Settings that decide what may be spent. Changed through `configure`, in order with the calls. */
export interface LedgerPolicy {
  /** Tokens per period of users and plans that set no limit of their own; null = unlimited. */
  defaultMonthlyLimit: number | null;
  /** Usable part of the monthly limit, in millionths. */
  blockThreshold: number;
  /** `strict` never lets an answer pass the limit; `soft` reserves an estimate and absorbs the rest. */
  overdraft: 'strict' | 'soft';
}

/** Where a user stands, in charged tokens. `limit` and `available` are null when unlimited. */
export interface Balance {
  limit: number | null;
  usedMonthly: number;
  usedCredits: number;
  credits: number;
  held: number;
  available: number | null;
}

export interface HoldRequest {
  /** Id of the usage record, made by the caller. */
  usageId: string;
  userId: string;
  keyId: string;
  /** Epoch milliseconds. */
  at: number;
  period: string;
  wish: HoldWish;
  /** False asks to hold only if the answer need not be shortened: result `short` otherwise. */
  mayLower: boolean;
  model: string;
  upstreamId: string;
  endpoint: string;
  method: string;
  streamed: boolean;
  userAgent: string | null;
  ipAddress: string | null;
}

export type HoldResult =
  | {
      kind: 'held';
      outputTokens: number;
      lowered: boolean;
      /** Whether a shared cap in USD stands over it. */
      cappedInUsd: boolean;
      chargedTokens: number;
      balance: Balance;
    }
  /** Does not fit as asked; ask again with the exact prompt and `mayLower`. */
  | { kind: 'short'; balance: Balance }
  /** The prompt and the shortest answer do not fit. */
  | { kind: 'quota'; balance: Balance }
  /** It would fit without the user's other open holds. */
  | { kind: 'reserved'; balance: Balance }
  /** A shared cap is reached: `departmentId` is `team` for everybody's. */
  | { kind: 'cap'; departmentId: string; name: string; balance: Balance }
  | { kind: 'concurrency'; limit: number }
  | { kind: 'status'; status: UserStatus; reason: string | null; until: number | null }
  | { kind: 'unknown_user' };

export interface TokenUsage {
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
  totalTokens: number;
  /** Those among them that have prices of their own, where there are any. */
  parts?: TokenParts;
  /** What the provider did beside, where it has a price of its own. */
  calls?: PaidCalls;
}

export interface Settlement {
  usageId: string;
  at: number;
  /** Day of the roll-up that it counts in. */
  day: string;
  usage: TokenUsage;
  chargedTokens: number;
  costMicroUsd: number;
  /** False: the cost is by the default price. Left out: it is not. */
  priceKnown?: boolean;
  usageSource: UsageSource;
  outcome: Exclude<Outcome, 'pending'>;
  /** The upstream that answered in the end. */
  upstreamId: string;
  statusCode: number | null;
  durationMs: number;
  firstByteMs: number | null;
  errorMessage: string | null;
}

export type SettleResult =
  | { kind: 'settled'; userId: string; chargedTokens: number; absorbedTokens: number; balance: Balance }
  /** It was settled before; nothing was changed. */
  | { kind: 'already' }
  | { kind: 'unknown' };

export interface Move {
  entryId: string;
  userId: string;
  kind: Exclude<LedgerKind, 'debit' | 'reset'>;
  /** Tokens added to the credits; negative takes away. */
  tokens: number;
  at: number;
  period: string;
  reason: string;
  operatorId: string | null;
  details?: Record<string, unknown>;
}

export interface ResetUsage {
  entryId: string;
  userId: string;
  at: number;
  period: string;
  reason: string;
  operatorId: string | null;
}

export type MoveResult =
  | { kind: 'moved'; balance: Balance }
  /** It would take what is not there or what open holds reserve; `free` could be taken. */
  | { kind: 'insufficient'; free: number }
  /** The entry's id was used before, for something else. */
  | { kind: 'other_entry' }
  | { kind: 'unknown_user' };

/** What a provider keeps: whose it is, and what it brings into a prompt that refers to it. */
export interface KeptAnswer {
  /** SHA-256 of the provider's id, hex. */
  idHash: string;
  userId: string;
  tokens: number;
  upstreamId: string;
  /** Epoch milliseconds. */
  updatedAt: number;
}

export interface InterruptedHold {
  usageId: string;
  userId: string;
  reservedTokens: number;
  costMicroUsd: number;
}

export interface Ledger {
  configure(policy: LedgerPolicy): void;
  /** Reserves tokens and writes the usage record as `pending`. */
  hold(request: HoldRequest): Promise<HoldResult>;
  /** Turns a hold into a debit of what was used; a charge of 0 gives all of it back. Once per usage id. */
  settle(settlement: Settlement): Promise<SettleResult>;
  /** Remembers what providers keep. The first owner stays: nobody takes over what is somebody else's. */
  keep(answers: readonly KeptAnswer[]): Promise<void>;
  /** Adds or takes credits. Once per entry id: asked again, it changes nothing and gives the balance. */
  move(move: Move): Promise<MoveResult>;
  /** Sets the period's use back to zero. Once per entry id, as `move`. */
  resetUsage(reset: ResetUsage): Promise<MoveResult>;
  /** The user's balance in a period, read with the same eyes as `hold`. */
  balance(userId: string, period: string): Promise<Balance | null>;
  /** Gives back the holds of gateways that are gone, and marks their records `interrupted`. */
  recover(gatewayIds: readonly string[] | 'all', at: number): Promise<InterruptedHold[]>;
}
