export const alerts = {
  list: 'Alerts',
  views: { open: 'Open', resolved: 'Resolved', all: 'All' },
  kind: 'Kind',
  kinds: {
    warning: 'Near the limit',
    critical: 'Very near the limit',
    blocked: 'Quota used up',
    early_warning: 'Will run out early',
    anomaly: 'Unusual use',
    system: 'Gateway',
    identity_conflict: 'Two people, one id',
  },
  sentences: {
    warning: '{{name}} has used {{share}} of their quota.',
    critical: '{{name}} has used {{share}} of their quota and will soon be stopped.',
    blocked: '{{name}} has nothing left until the quota renews.',
    early_warning: '{{name}} will run out before the quota renews at the present pace.',
    anomaly: '{{name}} uses the models in an unusual way.',
    system: 'The gateway needs attention: {{what}}.',
    interrupted_one:
      'The gateway stopped without notice and cut {{count}} request. It was not charged; upstream it may have cost up to {{cost}} ({{tokens}} tokens).',
    interrupted_other:
      'The gateway stopped without notice and cut {{count}} requests. They were not charged; upstream they may have cost up to {{cost}} ({{tokens}} tokens).',
    identity_conflict:
      'A request carried the e-mail of one person and the id of {{name}}. It was metered for the e-mail.',
  },
  checks: {
    audit_chain: 'the audit log is damaged',
    integrity: 'the database file is damaged',
    upstream: 'an upstream does not answer',
    mail: 'mails cannot be sent',
    disk: 'the disk is nearly full',
    backup: 'a scheduled backup failed',
    interrupted: 'it stopped without notice',
    maintenance: 'maintenance is on, and requests are refused',
  },
  seeRequests: 'See the requests',
  team: 'The team',
  resolve: 'Resolve',
  resolved: 'The alert is resolved.',
  resolvedBy: {
    superseded: 'replaced by a higher one',
    system: 'resolved by itself',
    operator: 'resolved by an operator',
  },
  openUser: 'Open the user',
  noneTitle: 'No open alerts',
  noneText: 'The last one was raised {{when}}.',
  neverText:
    'There has never been one. People are warned at the thresholds of their plan; what concerns you shows here.',
  noMatchTitle: 'No alert matches',
} as const;
