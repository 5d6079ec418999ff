/** What is asked of the ledger on SQLite's thread, and what it answers. */
import type {
  Balance,
  HoldRequest,
  HoldResult,
  InterruptedHold,
  KeptAnswer,
  LedgerPolicy,
  Move,
  MoveResult,
  ResetUsage,
  Settlement,
  SettleResult,
} from './port.ts';

export type LedgerOperation =
  | { kind: 'configure'; policy: LedgerPolicy }
  | { kind: 'hold'; request: HoldRequest; gatewayId: string }
  | { kind: 'settle'; settlement: Settlement }
  | { kind: 'keep'; answers: readonly KeptAnswer[] }
  | { kind: 'move'; move: Move }
  | { kind: 'reset'; reset: ResetUsage }
  | { kind: 'balance'; userId: string; period: string }
  | { kind: 'recover'; gatewayIds: readonly string[] | 'all'; at: number };

export type LedgerOperationResult = HoldResult | SettleResult | MoveResult | Balance | null | InterruptedHold[];
