/**
 * The SQLite half of the schema; `schema.pg.ts` is its twin and a test keeps them equal.
 *
 * Conventions on both: ids are text made by the application and ordered by time; instants are epoch
 * milliseconds; tokens are integers; money is integer micro-USD; `period` is `YYYY-MM` and `day` is
 * `YYYY-MM-DD`, both in the configured time zone.
 */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type * as json from './json-columns.ts';

const tokens = (name: string) => integer(name).notNull().default(0);
const instant = (name: string) => integer(name);
const flag = (name: string) => integer(name, { mode: 'boolean' });

export const plans = sqliteTable('plans', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** `inherit` takes DEFAULT_MONTHLY_LIMIT, `tokens` takes `monthly_limit`, `unlimited` has none. */
  limitMode: text('limit_mode').$type<json.LimitMode>().notNull().default('inherit'),
  monthlyLimit: integer('monthly_limit'),
  thresholds: text('thresholds', { mode: 'json' }).$type<number[]>().notNull(),
  /** Patterns of models that may be used; null = all. */
  allowedModels: text('allowed_models', { mode: 'json' }).$type<string[]>(),
  ratePerMinute: integer('rate_per_minute'),
  concurrent: integer('concurrent'),
  /** Hours within which a request is promised an answer. */
  answerHours: integer('answer_hours').notNull().default(24),
  autoRenew: text('auto_renew', { mode: 'json' }).$type<json.AutoRenewRule>(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

/** Departments and, as the row `team`, the root that everybody belongs to. */
export const departments = sqliteTable('departments', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  capTokens: integer('cap_tokens'),
  capMicroUsd: integer('cap_micro_usd'),
  /** Whether a reached cap refuses requests, or only shows. */
  stopAtCap: flag('stop_at_cap').notNull().default(true),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const departmentPeriods = sqliteTable(
  'department_periods',
  {
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id, { onDelete: 'restrict' }),
    period: text('period').notNull(),
    usedTokens: tokens('used_tokens'),
    usedMicroUsd: tokens('used_micro_usd'),
    heldTokens: tokens('held_tokens'),
    heldMicroUsd: tokens('held_micro_usd'),
  },
  (table) => [primaryKey({ columns: [table.departmentId, table.period] })],
);

export const users = sqliteTable(
  'users',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<json.UserKind>().notNull().default('person'),
    /** NFC, lower case; null for service accounts, people known by id only, and the erased. */
    email: text('email').unique(),
    name: text('name').notNull().default(''),
    /** Name and e-mail without case and accents: for searches, and the order of names. On Postgres with the collation "C". */
    searchText: text('search_text').notNull().default(''),
    status: text('status').$type<json.UserStatus>().notNull().default('active'),
    statusReason: text('status_reason'),
    suspendedUntil: instant('suspended_until'),
    /** The alert whose step set the status; null when a person did. */
    statusAlertId: text('status_alert_id'),
    /** Requests a minute until `temporaryRateUntil`, beside the plan's own, and the alert that asked for it. */
    temporaryRate: integer('temporary_rate'),
    temporaryRateUntil: instant('temporary_rate_until'),
    temporaryRateAlertId: text('temporary_rate_alert_id'),
    planId: text('plan_id')
      .notNull()
      .references(() => plans.id, { onDelete: 'restrict' }),
    departmentId: text('department_id').references(() => departments.id, { onDelete: 'restrict' }),
    limitMode: text('limit_mode').$type<json.LimitMode>().notNull().default('inherit'),
    monthlyLimit: integer('monthly_limit'),
    credits: tokens('credits'),
    /** Part of `credits` that open holds reserve, over all periods. */
    heldCredits: tokens('held_credits'),
    openHolds: integer('open_holds').notNull().default(0),
    locale: text('locale'),
    /** Whether mails about use are wanted: warnings and renewals. */
    alertMails: flag('alert_mails').notNull().default(true),
    /** Percent of use at which to warn, ascending; null takes the plan's. */
    alertThresholds: text('alert_thresholds', { mode: 'json' }).$type<number[]>(),
    /** The key on whose word the user was made on first sight. */
    provisionedBy: text('provisioned_by'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    lastSeenAt: instant('last_seen_at'),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    index('users_plan').on(table.planId),
    index('users_department').on(table.departmentId),
    index('users_status').on(table.status),
    index('users_created').on(table.createdAt, table.id),
    index('users_search_text').on(table.searchText, table.id),
  ],
);

/** One row per user and calendar month: what is used, and what open holds reserve of the monthly limit. */
export const userPeriods = sqliteTable(
  'user_periods',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    period: text('period').notNull(),
    usedMonthly: tokens('used_monthly'),
    usedCredits: tokens('used_credits'),
    heldMonthly: tokens('held_monthly'),
    /** The highest threshold, in percent, that the user was told of in an answer; 0 = none. */
    toldShare: integer('told_share').notNull().default(0),
    /** When the next period's first touch closed this one. */
    closedAt: instant('closed_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.period] }), index('user_periods_period').on(table.period)],
);

/** Open holds only, so the table stays small: no index beside its key, because every request writes and deletes a row. */
export const holds = sqliteTable('holds', {
  /** The id of the usage record that the hold belongs to. */
  id: text('id').primaryKey(),
  userId: text('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'restrict' }),
  departmentId: text('department_id'),
  period: text('period').notNull(),
  monthlyTokens: tokens('monthly_tokens'),
  creditTokens: tokens('credit_tokens'),
  costMicroUsd: tokens('cost_micro_usd'),
  gatewayId: text('gateway_id').notNull(),
  createdAt: instant('created_at').notNull(),
});

export const usageRecords = sqliteTable(
  'usage_records',
  {
    /** Also the request id that the client sees as `x-request-id`. */
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    departmentId: text('department_id'),
    keyId: text('key_id').notNull(),
    period: text('period').notNull(),
    model: text('model').notNull(),
    upstreamId: text('upstream_id').notNull(),
    endpoint: text('endpoint').notNull(),
    method: text('method').notNull(),
    streamed: flag('streamed').notNull(),
    reservedTokens: tokens('reserved_tokens'),
    promptTokens: tokens('prompt_tokens'),
    completionTokens: tokens('completion_tokens'),
    cachedTokens: tokens('cached_tokens'),
    reasoningTokens: tokens('reasoning_tokens'),
    /** Of the prompt: written to the provider's cache. */
    cacheWriteTokens: tokens('cache_write_tokens'),
    /** Of prompt and answer together. */
    audioTokens: tokens('audio_tokens'),
    imageTokens: tokens('image_tokens'),
    totalTokens: tokens('total_tokens'),
    chargedTokens: tokens('charged_tokens'),
    absorbedTokens: tokens('absorbed_tokens'),
    costMicroUsd: tokens('cost_micro_usd'),
    /** False: nobody knows the model's price, the cost is by the default. */
    priceKnown: flag('price_known').notNull().default(true),
    usageSource: text('usage_source').$type<json.UsageSource>(),
    outcome: text('outcome').$type<json.Outcome>().notNull(),
    /**
     * The outcome of the few that went wrong. An index of `outcome` itself would make Postgres write every record anew
     * into all indexes when it is settled.
     */
    trouble: text('trouble')
      .$type<json.Outcome>()
      .generatedAlwaysAs(sql`case when outcome not in ('ok', 'pending') then outcome end`, { mode: 'virtual' }),
    statusCode: integer('status_code'),
    durationMs: integer('duration_ms'),
    firstByteMs: integer('first_byte_ms'),
    userAgent: text('user_agent'),
    ipAddress: text('ip_address'),
    errorMessage: text('error_message'),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (table) => [
    index('usage_records_user').on(table.userId, table.id),
    index('usage_records_model').on(table.model, table.id),
    /** Those that went well are found by their id's time alone. */
    index('usage_records_trouble').on(table.trouble, table.id, table.model).where(sql`trouble is not null`),
  ],
);

export const ledgerEntries = sqliteTable(
  'ledger_entries',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    period: text('period').notNull(),
    kind: text('kind').$type<json.LedgerKind>().notNull(),
    /** Change of the period's `used_monthly`. */
    monthlyDelta: tokens('monthly_delta'),
    /** Change of the user's `credits`. */
    creditsDelta: tokens('credits_delta'),
    usedMonthlyAfter: tokens('used_monthly_after'),
    creditsAfter: tokens('credits_after'),
    /** Null for moves that have none, and for debits whose usage record is no longer kept: see `retention/`. */
    usageId: text('usage_id'),
    operatorId: text('operator_id'),
    reason: text('reason'),
    details: text('details', { mode: 'json' }).$type<Record<string, unknown>>(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    /**
     * Debits are found by their own id, which follows from their usage record's: see `ledger/debit-id.ts`. An index of
     * them by user would cost every request a page of its own. Whatever else moves is rare, and looked for.
     */
    index('ledger_entries_moves_at').on(table.createdAt, table.id).where(sql`kind <> 'debit'`),
    index('ledger_entries_moves').on(table.kind, table.createdAt, table.id).where(sql`kind <> 'debit'`),
    index('ledger_entries_user_moves').on(table.userId, table.createdAt, table.id).where(sql`kind <> 'debit'`),
    /** Debits that have no usage record to be found through any more; no request adds one. */
    index('ledger_entries_past_debits').on(table.userId, table.id).where(sql`kind = 'debit' and usage_id is null`),
    uniqueIndex('ledger_entries_usage').on(table.usageId, table.kind).where(sql`kind <> 'debit'`),
  ],
);

export const dailyRollups = sqliteTable(
  'daily_rollups',
  {
    day: text('day').notNull(),
    userId: text('user_id').notNull(),
    departmentId: text('department_id').notNull(),
    model: text('model').notNull(),
    upstreamId: text('upstream_id').notNull(),
    requests: tokens('requests'),
    errors: tokens('errors'),
    promptTokens: tokens('prompt_tokens'),
    completionTokens: tokens('completion_tokens'),
    cachedTokens: tokens('cached_tokens'),
    reasoningTokens: tokens('reasoning_tokens'),
    totalTokens: tokens('total_tokens'),
    chargedTokens: tokens('charged_tokens'),
    absorbedTokens: tokens('absorbed_tokens'),
    costMicroUsd: tokens('cost_micro_usd'),
    durationMs: tokens('duration_ms'),
    firstByteMs: tokens('first_byte_ms'),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.userId, table.departmentId, table.model, table.upstreamId] }),
    index('daily_rollups_user').on(table.userId, table.day),
  ],
);

/** The same figures without the users, so that a year of the whole team is a few thousand rows. */
export const dailyTotals = sqliteTable(
  'daily_totals',
  {
    day: text('day').notNull(),
    departmentId: text('department_id').notNull(),
    model: text('model').notNull(),
    upstreamId: text('upstream_id').notNull(),
    requests: tokens('requests'),
    errors: tokens('errors'),
    promptTokens: tokens('prompt_tokens'),
    completionTokens: tokens('completion_tokens'),
    cachedTokens: tokens('cached_tokens'),
    reasoningTokens: tokens('reasoning_tokens'),
    totalTokens: tokens('total_tokens'),
    chargedTokens: tokens('charged_tokens'),
    absorbedTokens: tokens('absorbed_tokens'),
    costMicroUsd: tokens('cost_micro_usd'),
    durationMs: tokens('duration_ms'),
    firstByteMs: tokens('first_byte_ms'),
  },
  (table) => [primaryKey({ columns: [table.day, table.departmentId, table.model, table.upstreamId] })],
);

/**
 * What each user had used before a day, since the beginning: the difference of two marks is the use between their days,
 * however long that is. Made behind the requests from the daily roll-ups, a few for each month; `model` is '' for all.
 */
export const usageMarks = sqliteTable(
  'usage_marks',
  {
    day: text('day').notNull(),
    model: text('model').notNull(),
    userId: text('user_id').notNull(),
    departmentId: text('department_id').notNull(),
    requests: tokens('requests'),
    errors: tokens('errors'),
    promptTokens: tokens('prompt_tokens'),
    completionTokens: tokens('completion_tokens'),
    cachedTokens: tokens('cached_tokens'),
    reasoningTokens: tokens('reasoning_tokens'),
    totalTokens: tokens('total_tokens'),
    chargedTokens: tokens('charged_tokens'),
    absorbedTokens: tokens('absorbed_tokens'),
    costMicroUsd: tokens('cost_micro_usd'),
    durationMs: tokens('duration_ms'),
    firstByteMs: tokens('first_byte_ms'),
  },
  (table) => [primaryKey({ columns: [table.day, table.model, table.userId, table.departmentId] })],
);

/** What everybody had used before a day, by the keys of the daily totals: made along with the marks by user. */
export const totalMarks = sqliteTable(
  'total_marks',
  {
    day: text('day').notNull(),
    departmentId: text('department_id').notNull(),
    model: text('model').notNull(),
    upstreamId: text('upstream_id').notNull(),
    requests: tokens('requests'),
    errors: tokens('errors'),
    promptTokens: tokens('prompt_tokens'),
    completionTokens: tokens('completion_tokens'),
    cachedTokens: tokens('cached_tokens'),
    reasoningTokens: tokens('reasoning_tokens'),
    totalTokens: tokens('total_tokens'),
    chargedTokens: tokens('charged_tokens'),
    absorbedTokens: tokens('absorbed_tokens'),
    costMicroUsd: tokens('cost_micro_usd'),
    durationMs: tokens('duration_ms'),
    firstByteMs: tokens('first_byte_ms'),
  },
  (table) => [primaryKey({ columns: [table.day, table.departmentId, table.model, table.upstreamId] })],
);

/** Marks that are whole, and agree with the daily totals. */
export const usageMarkDays = sqliteTable('usage_mark_days', {
  day: text('day').primaryKey(),
  /** Whether there are marks by model, too. */
  byModel: flag('by_model').notNull(),
});

/** The team's hours, counted behind the requests from settled usage records. */
export const hourlyTotals = sqliteTable(
  'hourly_totals',
  {
    /** The instant at which the hour of the configured time zone began. */
    startsAt: instant('starts_at').notNull(),
    endsAt: instant('ends_at').notNull(),
    requests: tokens('requests'),
    errors: tokens('errors'),
    totalTokens: tokens('total_tokens'),
    chargedTokens: tokens('charged_tokens'),
    costMicroUsd: tokens('cost_micro_usd'),
    /** Requests that were not settled when the hour was counted: it is counted again. */
    pending: tokens('pending'),
    /** How long the first byte and the whole answer took; null in hours that were counted before these were. */
    firstByteTimes: text('first_byte_times', { mode: 'json' }).$type<json.TimeBuckets>(),
    durations: text('durations', { mode: 'json' }).$type<json.TimeBuckets>(),
  },
  (table) => [primaryKey({ columns: [table.startsAt] })],
);

/** Tokens that a user usually takes on each weekday, made anew each day: who will run out is asked of all users at once. */
export const userPaces = sqliteTable('user_paces', {
  userId: text('user_id').primaryKey(),
  /** The day before which the weekdays were looked back on. */
  day: text('day').notNull(),
  sunday: tokens('sunday'),
  monday: tokens('monday'),
  tuesday: tokens('tuesday'),
  wednesday: tokens('wednesday'),
  thursday: tokens('thursday'),
  friday: tokens('friday'),
  saturday: tokens('saturday'),
});

/** Refused requests, gathered by minute, who and why, so that a hammering client cannot fill the disk. */
export const refusals = sqliteTable(
  'refusals',
  {
    id: text('id').primaryKey(),
    minute: instant('minute').notNull(),
    userId: text('user_id'),
    keyId: text('key_id'),
    code: text('code').notNull(),
    statusCode: integer('status_code').notNull(),
    model: text('model'),
    endpoint: text('endpoint').notNull(),
    message: text('message').notNull(),
    ipAddress: text('ip_address'),
    requests: integer('requests').notNull(),
    createdAt: instant('created_at').notNull(),
    lastAt: instant('last_at').notNull(),
  },
  (table) => [
    index('refusals_minute').on(table.minute),
    index('refusals_user').on(table.userId, table.minute),
    index('refusals_code').on(table.code, table.minute, table.id),
  ],
);

export const keys = sqliteTable(
  'keys',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<json.KeyKind>().notNull(),
    name: text('name').notNull(),
    /** The owner of a personal key. */
    userId: text('user_id').references(() => users.id, { onDelete: 'restrict' }),
    /** SHA-256 of the secret, hex. */
    hash: text('hash').notNull().unique(),
    /** The last four characters, to recognise it by. */
    hint: text('hint').notNull(),
    /** Which headers name the user; null takes the settings' own. */
    headers: text('headers', { mode: 'json' }).$type<json.IdentityHeaders>(),
    /** The service account that pays for images, audio and embeddings that name no user; null refuses them. */
    unnamedUserId: text('unnamed_user_id').references(() => users.id, { onDelete: 'restrict' }),
    newUsersPerHour: integer('new_users_per_hour'),
    source: text('source').$type<json.Source>().notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('keys_user').on(table.userId)],
);

/** Which user an id that a service key's client sends stands for. The first link wins. */
export const identityLinks = sqliteTable(
  'identity_links',
  {
    keyId: text('key_id')
      .notNull()
      .references(() => keys.id, { onDelete: 'restrict' }),
    externalId: text('external_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.externalId] }), index('identity_links_user').on(table.userId)],
);

/** Whose an answer or conversation is that a provider keeps, so that nobody else goes on with it. */
export const keptAnswers = sqliteTable(
  'kept_answers',
  {
    /** SHA-256 of the provider's id, hex. */
    idHash: text('id_hash').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    /** What it brings into a prompt that refers to it: its own prompt and answer. */
    tokens: tokens('tokens'),
    /** Where it is kept: nobody else knows it. */
    upstreamId: text('upstream_id'),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [index('kept_answers_user').on(table.userId), index('kept_answers_updated').on(table.updatedAt)],
);

export const upstreams = sqliteTable('upstreams', {
  id: text('id').primaryKey(),
  kind: text('kind').$type<json.UpstreamKind>().notNull(),
  name: text('name').notNull(),
  baseUrl: text('base_url').notNull(),
  apiKey: text('api_key', { mode: 'json' }).$type<json.Sealed>(),
  models: text('models', { mode: 'json' }).$type<string[]>().notNull(),
  aliases: text('aliases', { mode: 'json' }).$type<Record<string, string>>().notNull(),
  position: integer('position').notNull(),
  weight: integer('weight').notNull().default(1),
  enabled: flag('enabled').notNull().default(true),
  timeouts: text('timeouts', { mode: 'json' }).$type<json.UpstreamTimeouts>(),
  /** Null = nothing beyond what its kind says. */
  options: text('options', { mode: 'json' }).$type<json.UpstreamOptions>(),
  source: text('source').$type<json.Source>().notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

/** What is known or set about models, by name or pattern. */
export const models = sqliteTable('models', {
  id: text('id').primaryKey(),
  /** Charged tokens per token, in millionths. */
  multiplier: integer('multiplier').notNull().default(1_000_000),
  maxOutputTokens: integer('max_output_tokens'),
  price: text('price', { mode: 'json' }).$type<json.PriceOverride>(),
  /** Tokens for what has no tokens of its own; null = what is known of it anyway. */
  units: text('units', { mode: 'json' }).$type<json.UnitTokens>(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const operators = sqliteTable('operators', {
  id: text('id').primaryKey(),
  email: text('email').notNull().unique(),
  name: text('name').notNull().default(''),
  role: text('role').$type<json.Role>().notNull(),
  /** argon2id, or null for the desktop's own owner who has none. */
  passwordHash: text('password_hash'),
  totpSecret: text('totp_secret', { mode: 'json' }).$type<json.Sealed>(),
  locale: text('locale'),
  failedLogins: integer('failed_logins').notNull().default(0),
  lockedUntil: instant('locked_until'),
  disabledAt: instant('disabled_at'),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
  lastLoginAt: instant('last_login_at'),
  /** Of the one-time code that was used last: the 30 seconds it was made for, counted from 1970. */
  lastTotpPeriod: integer('last_totp_period'),
});

/** Wrong passwords for e-mails that no operator has, counted as for those that one has: a lock-out must not tell. */
export const unknownSignIns = sqliteTable(
  'unknown_sign_ins',
  {
    /** SHA-256 of the e-mail, hex. */
    emailHash: text('email_hash').primaryKey(),
    failedLogins: integer('failed_logins').notNull(),
    lockedUntil: instant('locked_until'),
    attemptedAt: instant('attempted_at').notNull(),
  },
  (table) => [index('unknown_sign_ins_age').on(table.attemptedAt)],
);

export const operatorSessions = sqliteTable(
  'operator_sessions',
  {
    id: text('id').primaryKey(),
    operatorId: text('operator_id')
      .notNull()
      .references(() => operators.id, { onDelete: 'restrict' }),
    /** SHA-256 of the bearer token and of the refresh cookie, hex. */
    tokenHash: text('token_hash').notNull().unique(),
    refreshHash: text('refresh_hash').notNull().unique(),
    expiresAt: instant('expires_at').notNull(),
    refreshExpiresAt: instant('refresh_expires_at').notNull(),
    /** What the two hashes were before, and since when: other tabs still present them. Null until the first time. */
    previousTokenHash: text('previous_token_hash').unique(),
    previousExpiresAt: instant('previous_expires_at'),
    previousRefreshHash: text('previous_refresh_hash'),
    replacedAt: instant('replaced_at'),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: instant('created_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('operator_sessions_operator').on(table.operatorId)],
);

/** What stands in for a one-time code once each: a row is a code that is still good. */
export const operatorRecoveryCodes = sqliteTable(
  'operator_recovery_codes',
  {
    operatorId: text('operator_id')
      .notNull()
      .references(() => operators.id, { onDelete: 'restrict' }),
    /** SHA-256, hex. */
    hash: text('hash').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.operatorId, table.hash] })],
);

/** Tokens that operators make for their own scripts. */
export const apiTokens = sqliteTable('api_tokens', {
  id: text('id').primaryKey(),
  operatorId: text('operator_id')
    .notNull()
    .references(() => operators.id, { onDelete: 'restrict' }),
  name: text('name').notNull(),
  hash: text('hash').notNull().unique(),
  hint: text('hint').notNull(),
  /** The role that the token acts with: at most its operator's. */
  role: text('role').$type<json.Role>().notNull(),
  expiresAt: instant('expires_at'),
  createdAt: instant('created_at').notNull(),
  lastUsedAt: instant('last_used_at'),
  revokedAt: instant('revoked_at'),
});

/** Filters of a list that an operator wants to find again, alone or with everybody who signs in. */
export const savedViews = sqliteTable(
  'saved_views',
  {
    id: text('id').primaryKey(),
    /** Who made it; null of a shared one whose author was removed. */
    operatorId: text('operator_id').references(() => operators.id, { onDelete: 'restrict' }),
    list: text('list').$type<json.SavedList>().notNull(),
    name: text('name').notNull(),
    /** As they stand in the address, without the question mark. */
    search: text('search').notNull(),
    shared: flag('shared').notNull().default(false),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('saved_views_own').on(table.operatorId, table.list, table.name).where(sql`not shared`),
    uniqueIndex('saved_views_shared').on(table.list, table.name).where(sql`shared`),
  ],
);

/** Credit requests, and tickets of support, limits and objections: one queue. */
export const tickets = sqliteTable(
  'tickets',
  {
    id: text('id').primaryKey(),
    /** What people call it by: `#1042`. */
    number: integer('number').notNull().unique(),
    kind: text('kind').$type<json.TicketKind>().notNull(),
    status: text('status').$type<json.TicketStatus>().notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    urgency: text('urgency').$type<json.Urgency>().notNull(),
    /** Tokens asked for; the monthly limit asked for where that is the wish. */
    amount: integer('amount'),
    message: text('message').notNull(),
    /** The usage record that it is about, where the user names one. */
    requestId: text('request_id'),
    /** Price of the amount when it was asked for, in millionths of `price_currency`. */
    price: integer('price'),
    priceCurrency: text('price_currency'),
    /** Until when an answer is promised. */
    dueAt: instant('due_at').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    decidedAt: instant('decided_at'),
    decidedBy: text('decided_by'),
    /** Why it was rejected, or a note of the approval. */
    decisionText: text('decision_text'),
    /** What was granted; the limit that was set. */
    granted: integer('granted'),
    /** What the limit was before: the form of `LimitInput`. */
    limitBefore: text('limit_before', { mode: 'json' }).$type<{ limit: number | 'inherit' | null }>(),
    entryId: text('entry_id'),
    paymentMethod: text('payment_method'),
    /** In millionths of `paid_currency`. */
    paid: integer('paid'),
    paidCurrency: text('paid_currency'),
  },
  (table) => [
    index('tickets_user').on(table.userId, table.createdAt),
    index('tickets_status').on(table.status, table.dueAt),
    index('tickets_decided').on(table.decidedAt, table.createdAt, table.dueAt).where(sql`decided_at is not null`),
    index('tickets_created').on(table.createdAt, table.id),
    index('tickets_updated').on(table.updatedAt, table.id, table.status),
  ],
);

/** What happened to a ticket, step by step: the conversation and the decisions. */
export const ticketSteps = sqliteTable(
  'ticket_steps',
  {
    id: text('id').primaryKey(),
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'restrict' }),
    step: text('step').$type<json.TicketStep>().notNull(),
    actorKind: text('actor_kind').$type<json.ActorKind>().notNull(),
    actorId: text('actor_id'),
    text: text('text'),
    tokens: integer('tokens'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('ticket_steps_ticket').on(table.ticketId, table.id)],
);

/** Keys that approvers sign decisions with on a machine without network. */
export const approverKeys = sqliteTable('approver_keys', {
  /** SHA-256 of the public key, hex: what people compare. */
  fingerprint: text('fingerprint').primaryKey(),
  operatorId: text('operator_id')
    .notNull()
    .references(() => operators.id, { onDelete: 'restrict' }),
  /** Ed25519, 32 bytes in base64url. */
  publicKey: text('public_key').notNull(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull(),
  revokedAt: instant('revoked_at'),
});

/** Packets of requests that were handed out to be decided elsewhere. */
export const packets = sqliteTable('packets', {
  /** The packet's nonce. */
  id: text('id').primaryKey(),
  /** SHA-256 of its bytes, hex. */
  digest: text('digest').notNull(),
  requests: integer('requests').notNull(),
  exportedBy: text('exported_by'),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
});

/** Decision files that were applied. */
export const packetImports = sqliteTable('packet_imports', {
  /** SHA-256 of its signed bytes, hex: each is applied once. */
  digest: text('digest').primaryKey(),
  packetId: text('packet_id')
    .notNull()
    .references(() => packets.id, { onDelete: 'restrict' }),
  fingerprint: text('fingerprint').notNull(),
  applied: integer('applied').notNull(),
  refused: integer('refused').notNull(),
  importedBy: text('imported_by'),
  createdAt: instant('created_at').notNull(),
});

/** Sign-in links that were mailed to users: single use. */
export const portalLinks = sqliteTable(
  'portal_links',
  {
    /** SHA-256 of the link's secret, hex. */
    hash: text('hash').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    /** Where in the portal it leads. */
    target: text('target').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [index('portal_links_user').on(table.userId, table.createdAt)],
);

export const portalSessions = sqliteTable(
  'portal_sessions',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    /** The personal key that opened it: it ends with the key. Null for a mailed link. */
    keyId: text('key_id'),
    /** SHA-256 of the bearer token and of the refresh cookie, hex. */
    tokenHash: text('token_hash').notNull().unique(),
    refreshHash: text('refresh_hash').notNull().unique(),
    expiresAt: instant('expires_at').notNull(),
    refreshExpiresAt: instant('refresh_expires_at').notNull(),
    /** What the two hashes were before, and since when: other tabs still present them. Null until the first time. */
    previousTokenHash: text('previous_token_hash').unique(),
    previousExpiresAt: instant('previous_expires_at'),
    previousRefreshHash: text('previous_refresh_hash'),
    replacedAt: instant('replaced_at'),
    createdAt: instant('created_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('portal_sessions_user').on(table.userId)],
);

export const settings = sqliteTable('settings', {
  key: text('key').primaryKey(),
  value: text('value', { mode: 'json' }).$type<json.SettingValue>().notNull(),
  updatedAt: instant('updated_at').notNull(),
  updatedBy: text('updated_by'),
});

export const auditLog = sqliteTable(
  'audit_log',
  {
    seq: integer('seq').primaryKey(),
    id: text('id').notNull().unique(),
    at: instant('at').notNull(),
    actorKind: text('actor_kind').$type<json.ActorKind>().notNull(),
    actorId: text('actor_id'),
    action: text('action').notNull(),
    targetKind: text('target_kind'),
    targetId: text('target_id'),
    /** Ids and numbers only; personal data goes to `audit_personal`. */
    details: text('details', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    prevHash: text('prev_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [
    index('audit_log_target').on(table.targetId, table.at, table.seq),
    /** Holds whatever the list filters by: the rows themselves are wide. */
    index('audit_log_at').on(
      table.at,
      table.seq,
      table.action,
      table.actorKind,
      table.actorId,
      table.targetKind,
      table.targetId,
    ),
  ],
);

/** What an audit entry tells of a person; outside the hash chain, so that it can be erased. */
export const auditPersonal = sqliteTable(
  'audit_personal',
  {
    auditId: text('audit_id').primaryKey(),
    subjectId: text('subject_id'),
    data: text('data', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index('audit_personal_subject').on(table.subjectId)],
);

export const idempotencyKeys = sqliteTable('idempotency_keys', {
  /** `<actor>:<key>`. */
  id: text('id').primaryKey(),
  requestHash: text('request_hash').notNull(),
  statusCode: integer('status_code').notNull(),
  body: text('body', { mode: 'json' }).$type<unknown>().notNull(),
  createdAt: instant('created_at').notNull(),
});

export const alerts = sqliteTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<json.AlertKind>().notNull(),
    userId: text('user_id'),
    period: text('period'),
    /** One open alert for each. */
    dedupeKey: text('dedupe_key').notNull().unique(),
    details: text('details', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull(),
    resolvedAt: instant('resolved_at'),
    resolvedBy: text('resolved_by'),
    /** Of an anomaly: when somebody said that nothing was wrong. */
    falseAlarmAt: instant('false_alarm_at'),
  },
  (table) => [
    index('alerts_user').on(table.userId),
    /** Warnings of use, to see which of them were followed by a request. */
    index('alerts_warned')
      .on(table.createdAt, table.userId, table.period)
      .where(sql`kind in ('warning', 'critical', 'blocked', 'early_warning')`),
    index('alerts_anomalies').on(table.createdAt).where(sql`kind = 'anomaly'`),
    index('alerts_open').on(table.createdAt, table.id, table.kind).where(sql`resolved_at is null`),
    /** Without those that a higher one took the place of at once: nobody ever saw them. */
    index('alerts_shown')
      .on(table.createdAt, table.id, table.kind, table.resolvedAt, table.userId)
      .where(sql`coalesce(resolved_by, '') <> 'superseded' or resolved_at > created_at`),
  ],
);

/** Mails to send, sent and given up. Names and addresses are looked up when a mail is sent, so that none lies here. */
export const outbox = sqliteTable(
  'outbox',
  {
    /** Also the left half of the `Message-ID`. */
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    status: text('status').$type<json.MailStatus>().notNull().default('waiting'),
    /** Mails of one recipient are sent in this order. */
    position: integer('position').notNull(),
    /** `user:<id>`, `operator:<id>` or `address:<e-mail>`. */
    recipient: text('recipient').notNull(),
    userId: text('user_id'),
    operatorId: text('operator_id'),
    address: text('address'),
    /** The user whom a mail to somebody else tells of: it is erased with them. */
    subjectId: text('subject_id'),
    /** Null takes the recipient's own. */
    locale: text('locale'),
    data: text('data', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    /** A part that nobody may read in the database, such as a sign-in link; gone once the mail is sent. */
    secret: text('secret', { mode: 'json' }).$type<json.Sealed>(),
    dedupeKey: text('dedupe_key').unique(),
    /** Stays the same for every attempt, so that receivers recognise a repetition. */
    messageId: text('message_id'),
    attempts: integer('attempts').notNull().default(0),
    /** How often it was sent again on purpose. */
    resends: integer('resends').notNull().default(0),
    firstFailedAt: instant('first_failed_at'),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    expiresAt: instant('expires_at'),
    leaseOwner: text('lease_owner'),
    leaseUntil: instant('lease_until'),
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    sentAt: instant('sent_at'),
  },
  (table) => [
    index('outbox_waiting').on(table.recipient, table.position).where(sql`status = 'waiting'`),
    index('outbox_due').on(table.nextAttemptAt, table.position).where(sql`status = 'waiting'`),
    index('outbox_position').on(table.position),
    index('outbox_created').on(table.createdAt),
    index('outbox_user').on(table.userId),
    index('outbox_subject').on(table.subjectId),
  ],
);

/** Long pieces of work: backups, restores, moves to another database, checks. */
export const jobs = sqliteTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<json.JobKind>().notNull(),
    status: text('status').$type<json.JobStatus>().notNull(),
    origin: text('origin').$type<json.JobOrigin>().notNull(),
    /** One job for each due time of the clock, whichever gateway begins it. */
    slot: text('slot').unique(),
    phase: text('phase'),
    done: tokens('done'),
    total: tokens('total'),
    params: text('params', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    result: text('result', { mode: 'json' }).$type<Record<string, unknown>>(),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    operatorId: text('operator_id'),
    /** Who runs it, and until when it is taken to be alive. */
    gatewayId: text('gateway_id').notNull(),
    leaseUntil: instant('lease_until'),
    createdAt: instant('created_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [index('jobs_created').on(table.createdAt, table.id), index('jobs_status').on(table.status)],
);

/** Gateways that share this database, with their sign of life. */
export const gateways = sqliteTable('gateways', {
  id: text('id').primaryKey(),
  version: text('version').notNull(),
  startedAt: instant('started_at').notNull(),
  heartbeatAt: instant('heartbeat_at').notNull(),
  stoppedAt: instant('stopped_at'),
});

/** Times in which a gateway ran but gave no sign of life: asleep, stalled, or without its database. */
export const gatewayGaps = sqliteTable(
  'gateway_gaps',
  {
    gatewayId: text('gateway_id').notNull(),
    startsAt: instant('starts_at').notNull(),
    endsAt: instant('ends_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.gatewayId, table.startsAt] })],
);

/** Facts about the installation itself: its id, its schema's name, when the demo was filled in. */
export const installation = sqliteTable('installation', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});
