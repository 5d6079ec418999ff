/** Which settings stand together, by section. A setting that is named nowhere stands in the last group of `general`. */
export type GroupName =
  | 'team'
  | 'money'
  | 'limits'
  | 'stopping'
  | 'newcomers'
  | 'anomalies'
  | 'headers'
  | 'smtp'
  | 'address'
  | 'tls'
  | 'requests'
  | 'monitoring'
  | 'database'
  | 'retention'
  | 'notices'
  | 'schedule'
  | 'quality'
  | 'others';

export interface SettingGroup {
  readonly name: GroupName;
  readonly keys: readonly string[];
}

/** The setting whose change may destroy data. */
export const RETENTION = 'usageRetentionDays';

/** Shares, which the gateway takes from 0 to 1 and people read and type as percents. */
export const SHARES: readonly string[] = ['alertThreshold', 'blockThreshold'];

export const GROUPS = {
  general: [
    { name: 'team', keys: ['locale', 'timeZone', 'publicUrl', 'safeMode'] },
    { name: 'money', keys: ['currency', 'pricePerMillion', 'exchangeRate', 'exchangeRateDate', 'creditsEmail'] },
    { name: 'others', keys: [] },
  ],
  policy: [
    { name: 'limits', keys: ['defaultMonthlyLimit', 'minUserLimit', 'maxUserLimit', 'conversionFactor'] },
    {
      name: 'stopping',
      keys: ['policy.quotaReply', 'policy.overdraft', 'policy.outputCap', 'alertThreshold', 'blockThreshold'],
    },
    { name: 'newcomers', keys: ['policy.provisioning', 'policy.allowedEmailDomains', 'policy.newUsersPerHour'] },
    {
      name: 'anomalies',
      keys: [
        'anomalies.low',
        'anomalies.medium',
        'anomalies.high',
        'anomalies.limitPerMinute',
        'anomalies.limitMinutes',
        'anomalies.suspendHours',
        'anomalies.leastTokens',
        'anomalies.leastRequests',
        'anomalies.serviceAccounts',
      ],
    },
  ],
  identity: [{ name: 'headers', keys: ['identityHeaders.email', 'identityHeaders.id', 'identityHeaders.name'] }],
  mail: [
    { name: 'smtp', keys: ['smtp.host', 'smtp.port', 'smtp.secure', 'smtp.user', 'smtp.password', 'smtp.from'] },
    { name: 'notices', keys: ['notices.welcome', 'notices.earlyWarning', 'notices.inChat'] },
  ],
  network: [
    { name: 'address', keys: ['host', 'port', 'networkHosts', 'trustedProxies'] },
    { name: 'tls', keys: ['tls.certFile', 'tls.keyFile'] },
    { name: 'requests', keys: ['bodyLimit', 'policy.freePaths', 'upstreamCheckSeconds'] },
    { name: 'monitoring', keys: ['metricsToken', 'logLevel'] },
  ],
  backups: [
    {
      name: 'schedule',
      keys: ['backup.schedule', 'backup.folder', 'backup.keepDaily', 'backup.keepWeekly', 'backup.keepMonthly'],
    },
  ],
  data: [
    { name: 'retention', keys: [RETENTION] },
    { name: 'database', keys: ['databaseUrl', 'redisUrl'] },
  ],
} as const satisfies Record<string, readonly SettingGroup[]>;

/** The switch of maintenance has a panel of its own. */
const OF_MAINTENANCE = ['maintenance.on', 'maintenance.message', 'maintenance.until', 'maintenance.tellUsers'];
/** Targets of the report on service quality, which is where they are set. */
export const QUALITY_TARGETS: SettingGroup = {
  name: 'quality',
  keys: [
    'quality.successPercent',
    'quality.firstByteSeconds',
    'quality.durationSeconds',
    'quality.uptimePercent',
    'quality.decisionHours',
    'quality.alertRequestsPercent',
    'quality.falseAlarmsPercent',
  ],
};

/** Understood in every source of settings, and of no effect so far: no screen asks for what changes nothing. */
const WITHOUT_EFFECT = ['stripe.secretKey', 'stripe.webhookSecret'];

/** What the set-up changes by itself. */
const OF_SETUP = ['setup.finished', 'setup.steps', 'setup.librechat'];

const NAMED: ReadonlySet<string> = new Set([
  ...OF_SETUP,
  ...WITHOUT_EFFECT,
  ...OF_MAINTENANCE,
  ...QUALITY_TARGETS.keys,
  ...Object.values(GROUPS).flatMap((groups) => groups.flatMap(({ keys }): readonly string[] => keys)),
]);

/** Whether a setting has a place of its own. */
export function isNamed(key: string): boolean {
  return NAMED.has(key);
}

/** Settings whose "none" is worth a word of its own. */
export const WORD_FOR_NONE: Readonly<Record<string, 'noLimit' | 'noBound' | 'untilEnded' | 'keepAll'>> = {
  defaultMonthlyLimit: 'noLimit',
  minUserLimit: 'noBound',
  maxUserLimit: 'noBound',
  'anomalies.suspendHours': 'untilEnded',
  [RETENTION]: 'keepAll',
};
