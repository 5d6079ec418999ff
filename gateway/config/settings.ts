/**
 * The one schema of all settings. Names are those of the JSON config file; defaults are in the form in which people
 * write them. `Settings` is what the gateway works with: all defaults filled in, shares and factors in millionths.
 */
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { LEAST_RETENTION_DAYS, LONGEST, MOST_RETENTION_DAYS } from '../contract/bounds.ts';
import { type Accepts, choice, decimal, flag, list, orNull, setting, text, whole } from './setting.ts';

const MILLION = 1_000_000;

const emailAddress = orNull(text('an e-mail address', 'email', LONGEST.operatorEmail));
const path = () => orNull(text('the path of a file'));
const secret = (expects: string, accepts?: Accepts) => orNull(text(expects, accepts, 4_000));
const headerNames = list('header names, separated by commas', 'headerName', (value) => value.toLowerCase());

export const settingsSchema = z.strictObject({
  host: setting(text('an address of this machine, such as 127.0.0.1', isHost), '127.0.0.1', 'HOST', { restart: true }),
  port: setting(whole(0, 65_535), 5000, 'PORT', { restart: true }),
  /** Addresses on which only the metered routes and /health are served, so that containers and neighbours reach them. */
  networkHosts: setting(list('addresses of this machine, separated by commas', isHost), [], 'NETWORK_HOSTS'),
  publicUrl: setting(orNull(text('an http(s) URL without a path', 'origin')), null, 'PUBLIC_URL'),
  trustedProxies: setting(list('addresses or networks (CIDR), separated by commas', isNetwork), [], 'TRUSTED_PROXIES', {
    restart: true,
  }),
  tls: z
    .strictObject({
      certFile: setting(path(), null, 'TLS_CERT_FILE', { restart: true }),
      keyFile: setting(path(), null, 'TLS_KEY_FILE', { restart: true }),
    })
    .prefault({}),
  logLevel: setting(choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), 'info', 'LOG_LEVEL'),
  databaseUrl: setting(
    secret(
      'a postgres:// URL such as postgres://user:password@host:5432/database, with special characters of the password as %40 and the like',
      (value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value),
    ),
    null,
    'DATABASE_URL',
    { secret: true, stored: false },
  ),
  redisUrl: setting(secret('a redis:// URL with a host', 'redisUrl'), null, 'REDIS_URL', {
    secret: true,
    restart: true,
  }),
  metricsToken: setting(secret('a text of at most 4,000 characters'), null, 'METRICS_TOKEN', { secret: true }),
  locale: setting(choice('en', 'pt-BR'), 'en', 'LOCALE'),
  /** IANA zone of periods and days. */
  timeZone: setting(text('a time zone such as America/Sao_Paulo', 'timeZone', 64), 'UTC', 'TZ_PERIOD'),
  /** ISO 4217. Cost is kept in USD; this is how it is shown, and what credits are sold in. */
  currency: setting(text('a currency code such as BRL', 'currency', 3), 'BRL', 'CURRENCY'),
  /** Price of a million credits in `currency`; kept in millionths. */
  pricePerMillion: setting(decimal(1_000_000), 50, 'PRICE_PER_MILLION'),
  /** Units of `currency` for a US dollar, in millionths, and the day it is of; null shows cost in USD. */
  exchangeRate: setting(orNull(decimal(1_000_000)), null, 'EXCHANGE_RATE'),
  exchangeRateDate: setting(orNull(text('a day such as 2026-11-20', 'day', 10)), null, 'EXCHANGE_RATE_DATE'),
  creditsEmail: setting(emailAddress, null, 'CREDITS_EMAIL'),
  /** Tokens per period of users and plans that set none of their own; null = unlimited. */
  defaultMonthlyLimit: setting(orNull(whole(0), '"unlimited"'), MILLION, [
    'DEFAULT_MONTHLY_LIMIT',
    'DEFAULT_TOKENS_PER_USER',
  ]),
  /** Bounds of limits that operators may set for a user. */
  minUserLimit: setting(orNull(whole(0)), null, 'MIN_USER_LIMIT'),
  maxUserLimit: setting(orNull(whole(0)), null, 'MAX_USER_LIMIT'),
  /** Share of use that raises the first warning where a plan says nothing else; in millionths. */
  alertThreshold: setting(decimal(1), 0.8, 'ALERT_THRESHOLD'),
  /** Usable part of the monthly limit; in millionths. */
  blockThreshold: setting(decimal(1), 1, 'BLOCK_THRESHOLD'),
  /** Charged tokens per token, before the model's multiplier; in millionths. */
  conversionFactor: setting(decimal(1_000), 1, 'CONVERSION_FACTOR'),
  /** Bytes. */
  bodyLimit: setting(whole(1_024, 1_073_741_824), 67_108_864, 'BODY_LIMIT', { restart: true }),
  /** How often upstreams are looked after beside all requests; 0 = never. */
  upstreamCheckSeconds: setting(whole(0, 3_600), 30, 'UPSTREAM_CHECK_SECONDS'),
  /** Days of the reporting time zone, beside today, whose usage records are kept; null keeps all. */
  usageRetentionDays: setting(orNull(whole(LEAST_RETENTION_DAYS, MOST_RETENTION_DAYS)), null, 'USAGE_RETENTION_DAYS'),
  /** Lower-case header names, tried in order. */
  identityHeaders: z
    .strictObject({
      email: setting(
        headerNames,
        ['x-user-email', 'x-librechat-user-email', 'x-openwebui-user-email'],
        'IDENTITY_EMAIL_HEADERS',
      ),
      id: setting(headerNames, ['x-user-id', 'x-librechat-user-id', 'x-openwebui-user-id'], 'IDENTITY_ID_HEADERS'),
      name: setting(
        headerNames,
        ['x-user-name', 'x-librechat-user-name', 'x-openwebui-user-name'],
        'IDENTITY_NAME_HEADERS',
      ),
    })
    .prefault({}),
  smtp: z
    .strictObject({
      host: setting(orNull(text('a host name', isHost)), null, 'SMTP_HOST'),
      port: setting(whole(1, 65_535), 587, 'SMTP_PORT'),
      /** TLS from the first byte; without it STARTTLS is used where the server offers it. */
      secure: setting(flag(), false, 'SMTP_TLS'),
      user: setting(secret('a user name'), null, 'SMTP_USER'),
      password: setting(secret('a password'), null, 'SMTP_PASSWORD', { secret: true }),
      from: setting(emailAddress, null, 'FROM_EMAIL'),
    })
    .prefault({}),
  /** Metered requests are refused with 503 while it is on; API, console and portal stay. */
  maintenance: z
    .strictObject({
      on: setting(flag(), false, 'MAINTENANCE'),
      message: setting(
        orNull(text(`a sentence of at most ${LONGEST.maintenance} characters`, 'sentence', LONGEST.maintenance)),
        null,
        'MAINTENANCE_MESSAGE',
      ),
      /** When it is expected to end; it does not end by itself. */
      until: setting(
        orNull(text('a moment with its zone, such as 2026-11-20T14:00:00Z', 'moment', 40)),
        null,
        'MAINTENANCE_UNTIL',
      ),
      /** Whether the active users are told by mail, too, when it begins and when it ends. */
      tellUsers: setting(flag(), false, 'MAINTENANCE_TELL_USERS'),
    })
    .prefault({}),
  /** What people are told beside the alerts. */
  notices: z
    .strictObject({
      welcome: setting(flag(), true, 'WELCOME_MAILS'),
      earlyWarning: setting(flag(), false, 'EARLY_WARNING'),
      /** Answers say so themselves when their user crosses a threshold. */
      inChat: setting(flag(), false, 'CHAT_NOTICES'),
    })
    .prefault({}),
  /** What the report on the quality of service is held against; null = no target. Percentages, seconds and hours in millionths. */
  quality: z
    .strictObject({
      successPercent: setting(orNull(decimal(100)), 99, 'QUALITY_SUCCESS_PERCENT'),
      /** Time within which 95 % of the answers begin, and within which they are whole. */
      firstByteSeconds: setting(orNull(decimal(3_600)), 5, 'QUALITY_FIRST_BYTE_SECONDS'),
      durationSeconds: setting(orNull(decimal(3_600)), 60, 'QUALITY_DURATION_SECONDS'),
      uptimePercent: setting(orNull(decimal(100)), 99.5, 'QUALITY_UPTIME_PERCENT'),
      /** Time within which 90 % of the tickets are decided. */
      decisionHours: setting(orNull(decimal(10_000)), 24, 'QUALITY_DECISION_HOURS'),
      /** Share of the warned people who ask for more: at least. */
      alertRequestsPercent: setting(orNull(decimal(100)), 20, 'QUALITY_ALERT_REQUESTS_PERCENT'),
      /** Share of the anomaly alarms that were none: at most. */
      falseAlarmsPercent: setting(orNull(decimal(100)), 10, 'QUALITY_FALSE_ALARMS_PERCENT'),
    })
    .prefault({}),
  /** What is done when somebody's use is unlike their own. */
  anomalies: z
    .strictObject({
      /** By how sure it is: nothing, tell administrators, allow fewer requests for a while, suspend. */
      low: setting(choice('off', 'watch', 'limit', 'suspend'), 'watch', 'ANOMALY_LOW'),
      medium: setting(choice('off', 'watch', 'limit', 'suspend'), 'limit', 'ANOMALY_MEDIUM'),
      high: setting(choice('off', 'watch', 'limit', 'suspend'), 'suspend', 'ANOMALY_HIGH'),
      limitPerMinute: setting(whole(1, 10_000), 10, 'ANOMALY_LIMIT_PER_MINUTE'),
      limitMinutes: setting(whole(1, 10_080), 60, 'ANOMALY_LIMIT_MINUTES'),
      /** null: until somebody ends it. */
      suspendHours: setting(orNull(whole(1, 8_760)), 24, 'ANOMALY_SUSPEND_HOURS'),
      /** What a day, or an hour, must reach before it may be called unusual. */
      leastTokens: setting(whole(1), 50_000, 'ANOMALY_LEAST_TOKENS'),
      leastRequests: setting(whole(1), 60, 'ANOMALY_LEAST_REQUESTS'),
      serviceAccounts: setting(flag(), false, 'ANOMALY_SERVICE_ACCOUNTS'),
    })
    .prefault({}),
  stripe: z
    .strictObject({
      secretKey: setting(secret('a key of Stripe (sk_…)'), null, 'STRIPE_SECRET_KEY', { secret: true }),
      webhookSecret: setting(secret('a secret of Stripe (whsec_…)'), null, 'STRIPE_WEBHOOK_SECRET', { secret: true }),
    })
    .prefault({}),
  backup: z
    .strictObject({
      /** Minute, hour, day of the month, month, day of the week; in `timeZone`. */
      schedule: setting(
        orNull(text('a cron pattern such as "0 3 * * *"', 'cron', 100)),
        '0 3 * * *',
        'BACKUP_SCHEDULE',
      ),
      folder: setting(orNull(text('the path of a folder', isAbsolute)), null, 'BACKUP_FOLDER'),
      keepDaily: setting(whole(1, 1_000), 7, 'BACKUP_KEEP_DAILY'),
      keepWeekly: setting(whole(0, 1_000), 4, 'BACKUP_KEEP_WEEKLY'),
      keepMonthly: setting(whole(0, 1_000), 6, 'BACKUP_KEEP_MONTHLY'),
    })
    .prefault({}),
  /** How far the set-up in the console is. */
  setup: z
    .strictObject({
      finished: setting(flag(), false, 'SETUP_FINISHED'),
      /** Steps that were left: `plan`, or `plan-skipped`. */
      steps: setting(
        list('names of steps', (value) => /^[a-z]+(-skipped)?$/.test(value)),
        [],
        [],
      ),
      /** How LibreChat runs: it decides on the address that it is given. */
      librechat: setting(orNull(choice('npm', 'docker-desktop', 'docker', 'remote')), null, []),
    })
    .prefault({}),
  /** The least that operators are asked before something dangerous: each may ask for more, nobody for less. */
  safeMode: setting(choice('silent', 'confirm', 'password'), 'silent', 'SAFE_MODE'),
  policy: z
    .strictObject({
      overdraft: setting(choice('strict', 'soft'), 'strict', 'OVERDRAFT'),
      quotaReply: setting(choice('429', '429 with hint', '403', '402', 'assistant message'), '429', 'QUOTA_REPLY'),
      /** Tokens of answer reserved where neither the client nor the model sets a limit. */
      outputCap: setting(whole(256, 10 * MILLION), 16_384, 'OUTPUT_CAP'),
      provisioning: setting(choice('open', 'approve', 'known'), 'open', 'PROVISIONING'),
      /** Domains that unknown users may come from; empty = all. */
      allowedEmailDomains: setting(
        list('domains, separated by commas', 'domain', (value) => value.replace(/^@/, '').toLowerCase()),
        [],
        'ALLOWED_EMAIL_DOMAINS',
      ),
      newUsersPerHour: setting(whole(1, MILLION), 60, 'NEW_USERS_PER_HOUR'),
      /** Paths below `/v1` or `/v1beta` that may be read from an upstream without being metered; `*` stands for anything. */
      freePaths: setting(
        list('paths such as /v1/files or /v1/batches/*, separated by commas', 'freePath'),
        [],
        'FREE_PATHS',
      ),
    })
    .prefault({}),
});

/** Effective settings. */
export type Settings = z.output<typeof settingsSchema>;

function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(value);
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
