/** What the values of exported files are called, as the screens call them. */
import type { Alert } from '../../contract/alerts.ts';
import type { LedgerEntry, UsageRecord } from '../../contract/reports.ts';
import type { Ticket } from '../../contract/tickets.ts';
import type { User } from '../../contract/users.ts';
import type { Locale } from './export-table.ts';

export interface ValueWords {
  readonly userStatuses: Readonly<Record<User['status'], string>>;
  readonly outcomes: Readonly<Record<UsageRecord['outcome'], string>>;
  readonly usageSources: Readonly<Record<NonNullable<UsageRecord['usageSource']>, string>>;
  readonly ledgerKinds: Readonly<Record<LedgerEntry['kind'], string>>;
  readonly ticketKinds: Readonly<Record<Ticket['kind'], string>>;
  readonly ticketStatuses: Readonly<Record<Ticket['status'], string>>;
  readonly urgencies: Readonly<Record<Ticket['urgency'], string>>;
  readonly alertKinds: Readonly<Record<Alert['kind'], string>>;
  readonly noDepartment: string;
}

const en: ValueWords = {
  userStatuses: {
    active: 'Active',
    pending: 'Waiting for approval',
    suspended: 'Suspended',
    blocked: 'Blocked',
    deleted: 'Deleted',
  },
  outcomes: {
    pending: 'in flight',
    ok: 'done',
    client_aborted: 'left by the client',
    upstream_broke: 'broken off',
    upstream_error: 'upstream failed',
    interrupted: 'interrupted',
  },
  usageSources: {
    reported: 'counted by the provider',
    tokenizer: 'counted here',
    partial: 'partly delivered',
    none: 'nothing to count',
  },
  ledgerKinds: {
    grant: 'Grant',
    debit: 'Debit',
    purchase: 'Purchase',
    bonus: 'Bonus',
    compensation: 'Compensation',
    adjustment: 'Adjustment',
    reset: 'Period closed or reset',
  },
  ticketKinds: { credits: 'Credits', support: 'Support', limit_change: 'Limit', objection: 'Objection' },
  ticketStatuses: {
    open: 'Waiting',
    asked: 'Asked back',
    approved: 'Approved',
    rejected: 'Rejected',
    answered: 'Answered',
    withdrawn: 'Withdrawn',
  },
  urgencies: { low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' },
  alertKinds: {
    warning: 'Near the limit',
    critical: 'Very near the limit',
    blocked: 'Quota used up',
    early_warning: 'Will run out early',
    anomaly: 'Unusual use',
    system: 'Gateway',
    identity_conflict: 'Two people, one id',
  },
  noDepartment: 'No department',
};

const ptBr: ValueWords = {
  userStatuses: {
    active: 'Ativo',
    pending: 'Aguardando aprovação',
    suspended: 'Suspenso',
    blocked: 'Bloqueado',
    deleted: 'Excluído',
  },
  outcomes: {
    pending: 'em andamento',
    ok: 'concluída',
    client_aborted: 'abandonada pelo cliente',
    upstream_broke: 'interrompida no meio',
    upstream_error: 'o provedor falhou',
    interrupted: 'interrompida',
  },
  usageSources: {
    reported: 'contado pelo provedor',
    tokenizer: 'contado aqui',
    partial: 'entregue em parte',
    none: 'nada a contar',
  },
  ledgerKinds: {
    grant: 'Concessão',
    debit: 'Débito',
    purchase: 'Compra',
    bonus: 'Bônus',
    compensation: 'Compensação',
    adjustment: 'Ajuste',
    reset: 'Período encerrado ou zerado',
  },
  ticketKinds: { credits: 'Créditos', support: 'Suporte', limit_change: 'Limite', objection: 'Contestação' },
  ticketStatuses: {
    open: 'Aguardando',
    asked: 'Pergunta enviada',
    approved: 'Aprovada',
    rejected: 'Recusada',
    answered: 'Respondida',
    withdrawn: 'Retirada',
  },
  urgencies: { low: 'Baixa', medium: 'Média', high: 'Alta', critical: 'Crítica' },
  alertKinds: {
    warning: 'Perto do limite',
    critical: 'Muito perto do limite',
    blocked: 'Cota esgotada',
    early_warning: 'Vai acabar antes',
    anomaly: 'Uso incomum',
    system: 'Gateway',
    identity_conflict: 'Duas pessoas, um id',
  },
  noDepartment: 'Sem departamento',
};

export function valueWordsOf(locale: Locale): ValueWords {
  return locale === 'pt-BR' ? ptBr : en;
}
