/** Rows as the ledger's statements return them, and what follows from a row alone. */
import type { LedgerKind, LimitMode, UserStatus } from '../db/json-columns.ts';
import type { LedgerPolicy } from './port.ts';
import { availableTokens, type Room, type Standing } from './sizing.ts';

/** A user's own row. */
export interface OwnRow {
  id: string;
  status: UserStatus;
  statusReason: string | null;
  suspendedUntil: number | null;
  planId: string;
  departmentId: string | null;
  limitMode: LimitMode;
  monthlyLimit: number | null;
  credits: number;
  heldCredits: number;
  openHolds: number;
}

export interface PlanRow {
  planLimitMode: LimitMode;
  planMonthlyLimit: number | null;
  concurrent: number | null;
}

export interface PeriodRow {
  usedMonthly: number;
  usedCredits: number;
  heldMonthly: number;
}

/** All that a step needs to know of a user, in one period. */
export interface UserRow extends OwnRow, PlanRow {
  /** The period's figures; null until its row exists. */
  usedMonthly: number | null;
  usedCredits: number | null;
  heldMonthly: number | null;
}

export interface CapRow {
  id: string;
  name: string;
  capTokens: number | null;
  capMicroUsd: number | null;
}

export interface DepartmentPeriodRow {
  usedTokens: number;
  usedMicroUsd: number;
  heldTokens: number;
  heldMicroUsd: number;
}

export interface HoldRow {
  id: string;
  userId: string;
  departmentId: string | null;
  period: string;
  monthlyTokens: number;
  creditTokens: number;
  costMicroUsd: number;
}

export interface EntryRow {
  userId: string;
  kind: LedgerKind;
  creditsDelta: number;
}

export interface UsageRow {
  userId: string;
  departmentId: string | null;
  period: string;
  model: string;
  /** Whether recovery gave its hold back, and nobody has settled it: only then has an interrupted request no duration. */
  isGivenBack: 0 | 1;
}

/** What a user may still reserve. Under the soft policy whoever has anything left may send one more. */
export function userRoom(standing: Standing, policy: LedgerPolicy): Room {
  const tokens = availableTokens(standing);
  return { tokens: policy.overdraft === 'soft' && tokens > 0 ? Infinity : tokens, microUsd: Infinity };
}

const TEAM = 'team';
const TEAM_ALONE = [TEAM];

/** Whose shared figures count what a user of the department does: its own and the team's. */
export function capIds(departmentId: string | null): readonly string[] {
  return departmentId === null || departmentId === TEAM ? TEAM_ALONE : [departmentId, TEAM];
}

/** What is left under a shared cap that stops. */
export function departmentRoom(cap: CapRow, use: DepartmentPeriodRow): Room {
  const tokens = use.usedTokens + use.heldTokens;
  const microUsd = use.usedMicroUsd + use.heldMicroUsd;
  return {
    tokens: cap.capTokens === null ? Infinity : Math.max(0, cap.capTokens - tokens),
    microUsd: cap.capMicroUsd === null ? Infinity : Math.max(0, cap.capMicroUsd - microUsd),
  };
}
