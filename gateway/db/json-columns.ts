/** Types of enumerated and JSON columns; shared by both schema files. */

export type LimitMode = 'inherit' | 'tokens' | 'unlimited';
export type UserKind = 'person' | 'service';
export type UserStatus = 'active' | 'pending' | 'suspended' | 'blocked' | 'deleted';
export type KeyKind = 'service' | 'personal';
export type UpstreamKind = 'openai' | 'anthropic' | 'gemini' | 'azure' | 'demo';
export type Role = 'owner' | 'admin' | 'approver' | 'viewer';
export type JobKind = 'backup' | 'restore' | 'migrate' | 'verify' | 'export' | 'retention';
export type JobStatus = 'running' | 'done' | 'failed' | 'cancelled';
export type JobOrigin = 'operator' | 'schedule';
/** Lists whose filters can be kept. */
export type SavedList = 'users';
export type ActorKind = 'operator' | 'token' | 'user' | 'key' | 'system';
export type AlertKind =
  | 'warning'
  | 'critical'
  | 'blocked'
  | 'early_warning'
  | 'anomaly'
  | 'system'
  | 'identity_conflict';
export type UsageSource = 'reported' | 'tokenizer' | 'partial' | 'none';
export type Outcome = 'pending' | 'ok' | 'client_aborted' | 'upstream_broke' | 'upstream_error' | 'interrupted';
export type LedgerKind = 'grant' | 'debit' | 'purchase' | 'bonus' | 'compensation' | 'adjustment' | 'reset';
export type TicketKind = 'credits' | 'support' | 'limit_change' | 'objection';
/** `asked`: waits for the user's answer. `answered`: closed with an answer, where there is nothing to grant. */
export type TicketStatus = 'open' | 'asked' | 'approved' | 'rejected' | 'answered' | 'withdrawn';
export type Urgency = 'low' | 'medium' | 'high' | 'critical';
export type TicketStep = 'opened' | 'asked' | 'replied' | 'approved' | 'rejected' | 'answered' | 'undone' | 'withdrawn';
/** Who wrote a row: a person in the console, or a start-up source that is applied again at every start. */
export type Source = 'console' | 'config' | 'environment' | 'demo';
/** `skipped`: there was nobody to send it to, or its time had passed. `dead`: given up, until somebody sends it again. */
export type MailStatus = 'waiting' | 'sent' | 'dead' | 'skipped' | 'discarded';
export type SettingValue = string | number | boolean | readonly string[] | Sealed | NoValue;

/** An explicit null: a JSON null would be the column's own. */
export interface NoValue {
  none: true;
}

/** When the share left falls under `belowPercent`, add `tokens`, at most `timesPerMonth` times. */
export interface AutoRenewRule {
  belowPercent: number;
  tokens: number;
  timesPerMonth: number;
}

/** Lower-case header names, tried in order. */
export interface IdentityHeaders {
  email: string[];
  id: string[];
  name: string[];
}

/** A secret at rest: which key sealed it, and the sealed bytes in base64. */
export interface Sealed {
  sealedBy: string;
  box: string;
}

/** Micro-USD per million tokens. What is left out costs what the price table lists. */
export interface PriceOverride {
  input: number;
  output: number;
  cachedInput?: number;
  /** What is bought by the call, in micro-USD per thousand. */
  calls?: CallFees;
  /** The price of a token by the tier that served it, in millionths of the standard one. */
  tiers?: { flex?: number; priority?: number };
}

export interface CallFees {
  webSearches?: number;
  fileSearches?: number;
  mapSearches?: number;
  requests?: number;
}

export interface UpstreamTimeouts {
  connectMs?: number;
  headersMs?: number;
  idleMs?: number;
}

export interface UpstreamOptions {
  /** PEM: trusted beside the authorities that everybody trusts. */
  caCertificate?: string;
}

/** Charged like tokens of the answer, before multiplier and conversion factor. */
export interface UnitTokens {
  /** For each picture that is made. */
  image?: number;
  /** For each second of sound that is listened to. */
  audioSecond?: number;
  /** For each character that is spoken. */
  character?: number;
}

/** A histogram of times: bucket and how many fell into it, by `reports/time-buckets.ts`. */
export type TimeBuckets = readonly (readonly [bucket: number, count: number])[];
