/** `npm run readme`: renews the parts of README.md that are made from the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { librechatSnippet } from '../../gateway/cli-output.ts';
import { type SettingDefinition, settingDefinitions } from '../../gateway/config/setting-definitions.ts';
import { ECHO_MODEL } from '../../gateway/proxy/model-facts.ts';
import { root } from './run.ts';

const FILE = join(root, 'README.md');

/** Settings that are read already, but belong to parts that are not in this version. */
const NOT_YET = /^stripe\./;

/** What each setting is for. */
const PURPOSES: Readonly<Record<string, string>> = {
  host: 'address to listen at; off loopback, console and API want HTTPS and `PUBLIC_URL`',
  port: 'port; if taken at the very first start, the next free one, and that from then on',
  networkHosts: 'more addresses to listen at, for the metered routes and `/health` only',
  publicUrl: 'where people reach console and portal from outside',
  trustedProxies: 'proxies whose `X-Forwarded-For` is believed',
  'tls.certFile': 'certificate, for HTTPS without a proxy',
  'tls.keyFile': 'its key',
  logLevel: 'how much is logged',
  databaseUrl:
    'a Postgres (14 or newer) in place of the SQLite file; or `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER`, `DB_PASSWORD`',
  redisUrl: 'a Redis (`redis://` or `rediss://`) in which several gateways share their rate limits',
  metricsToken: 'bearer token for `/metrics` and `/health/detailed` from elsewhere',
  locale: 'language of messages to users who have chosen none',
  timeZone: 'zone of months and days',
  currency: 'currency that credits are priced in',
  pricePerMillion: 'price of a million credits, in that currency',
  exchangeRate: 'units of that currency for a US dollar; none given: cost is shown in US$',
  exchangeRateDate: 'day that the rate is of',
  creditsEmail: 'whom a refused user writes to where there is no portal',
  defaultMonthlyLimit: 'tokens a month where neither user nor plan says otherwise',
  minUserLimit: 'lowest limit that an operator may set',
  maxUserLimit: 'highest limit that an operator may set',
  blockThreshold: 'usable part of the monthly limit',
  conversionFactor: 'charged tokens for each token, before the multiplier of the model',
  bodyLimit: 'largest request, in bytes',
  usageRetentionDays:
    'days besides today, at least 32, whose single requests are kept; older usage records are deleted every night, sums and ledger stay. `none` keeps all',
  upstreamCheckSeconds: 'how often upstreams that rest or are silent are looked after; 0: never',
  'identityHeaders.email': 'headers that name the user by e-mail, tried in order',
  'identityHeaders.id': 'headers that name the user by id',
  'identityHeaders.name': 'headers with the name of the user',
  alertThreshold: 'share of use that raises the first warning where a plan keeps the usual thresholds',
  'maintenance.on': 'refuse metered requests with 503; console, API and portal stay',
  'maintenance.message': 'what they are told then',
  'maintenance.until':
    'when it is expected to end, such as `2026-11-20T14:00:00Z`; said to people, and it does not end by itself',
  'maintenance.tellUsers':
    'tell the active users by mail when it begins and when it is over; administrators are told in any case',
  'notices.welcome': 'greet new users by mail',
  'notices.earlyWarning': 'tell users when the forecast runs out before the renewal, with a tip',
  'notices.inChat':
    'end the answer in which a user crosses a threshold with one line that says so, once a threshold and month',
  'smtp.host': 'mail server; without one, mails wait in the outbox',
  'smtp.port': 'its port',
  'smtp.secure': 'TLS from the first byte (port 465); else STARTTLS where it is offered',
  'smtp.user': 'user name; sent over TLS only, unless the server is on this machine',
  'smtp.password': 'password',
  'smtp.from': 'sender of all mails',
  'anomalies.low':
    'when use may be unlike the user’s own: nothing (`off`), an alert (`watch`), fewer requests for a while (`limit`), `suspend`',
  'anomalies.medium': 'the same when it surely is',
  'anomalies.high': 'the same when something must be wrong',
  'anomalies.limitPerMinute': 'requests a minute while limited',
  'anomalies.limitMinutes': 'for how many minutes',
  'anomalies.suspendHours': 'for how many hours a suspension lasts; `none`: until somebody ends it',
  'anomalies.leastTokens': 'a day with fewer tokens never is unusual',
  'anomalies.leastRequests': 'an hour with fewer requests never is unusual',
  'anomalies.serviceAccounts': 'whether service accounts are watched, too',
  'backup.schedule':
    'when a proven backup is made, as a cron pattern (minute, hour, day, month, weekday); `none` for never',
  'backup.folder': 'where backups lie; by default `backups` in the data directory. Better on another disk',
  'backup.keepDaily': 'of as many days the last backup of the clock is kept',
  'backup.keepWeekly': 'and of as many weeks',
  'backup.keepMonthly': 'and of as many months',
  'quality.successPercent':
    'target of the report on service quality: requests that succeed, at least; `none` for no target',
  'quality.firstByteSeconds': '95 % of the answers begin within',
  'quality.durationSeconds': '95 % of the answers are whole within',
  'quality.uptimePercent': 'time in which a gateway is up, at least',
  'quality.decisionHours': '90 % of the requests are decided within',
  'quality.alertRequestsPercent': 'warned people who ask for more within a week, at least',
  'quality.falseAlarmsPercent': 'anomaly alarms that were none, at most',
  safeMode:
    'what operators are asked at least before something dangerous: as each likes (`silent`), a question (`confirm`), the `password` too',
  'policy.overdraft': '`strict`: never beyond the limit; `soft`: the last answers may overshoot',
  'setup.finished': 'the console does not offer its set-up any more',
  'policy.quotaReply': 'form of the refusal; which one LibreChat shows best depends on its version',
  'policy.outputCap': 'tokens of answer held where neither client nor model sets a limit',
  'policy.provisioning': 'unknown users: served (`open`), pending (`approve`), refused (`known`)',
  'policy.allowedEmailDomains': 'domains that unknown users may come from; none given: all',
  'policy.newUsersPerHour': 'most new users that one key may bring in an hour',
  'policy.freePaths': 'GET paths such as `/v1/files/*` that pass unmetered, to the first upstream of their kind',
};

/** README.md as it should be. */
export function renewReadme(current: string): string {
  const snippet = ['```yaml', ...librechatSnippet('http://127.0.0.1:5000', ECHO_MODEL), '```'].join('\n');
  return replacePart(replacePart(current, 'snippet', snippet), 'settings', settingsTable());
}

function replacePart(text: string, name: string, part: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`README.md has lost its marks ${start} … ${end}`);
  return `${text.slice(0, from)}${start}\n${part}\n${text.slice(to)}`;
}

function settingsTable(): string {
  const rows = settingDefinitions().filter(({ key, env }) => !NOT_YET.test(key) && env.length > 0);
  const head = ['| variable | in the config file | default | what |', '|---|---|---|---|'];
  return [...head, ...rows.map(settingRow)].join('\n');
}

function settingRow({ key, env, fallback, choices, secret }: SettingDefinition): string {
  const purpose = PURPOSES[key];
  if (!purpose) throw new Error(`The setting ${key} has no purpose in resources/scripts/readme.ts`);
  const named = choices?.every((choice) => purpose.includes(code(choice)));
  const words = [purpose, choices && !named ? `one of ${choices.map(code).join(', ')}` : '', secret ? 'secret' : ''];
  return `| ${env.map(code).join(', ')} | ${code(key)} | ${defaultText(fallback)} | ${words.filter(Boolean).join('; ')} |`;
}

function defaultText(fallback: unknown): string {
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return '';
  return Array.isArray(fallback) ? fallback.map((item) => code(String(item))).join(', ') : code(String(fallback));
}

function code(text: string): string {
  return `\`${text}\``;
}

if (import.meta.main) writeFileSync(FILE, renewReadme(readFileSync(FILE, 'utf8')));
