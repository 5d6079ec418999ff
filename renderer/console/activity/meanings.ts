/** How good or bad outcomes and states are. */
import type { Job } from '../../../gateway/contract/jobs.ts';
import type { Mail } from '../../../gateway/contract/mail.ts';
import type { UsageRecord } from '../../../gateway/contract/reports.ts';
import type { Meaning } from '../ui/status-badge.tsx';

export const OUTCOME_MEANINGS: Record<UsageRecord['outcome'], Meaning> = {
  pending: 'quiet',
  ok: 'good',
  client_aborted: 'warning',
  upstream_broke: 'critical',
  upstream_error: 'critical',
  interrupted: 'critical',
};

export const MAIL_MEANINGS: Record<Mail['status'], Meaning> = {
  waiting: 'warning',
  sent: 'good',
  dead: 'critical',
  skipped: 'quiet',
  discarded: 'quiet',
};

export const JOB_MEANINGS: Record<Job['status'], Meaning> = {
  running: 'warning',
  done: 'good',
  failed: 'critical',
  cancelled: 'quiet',
};
