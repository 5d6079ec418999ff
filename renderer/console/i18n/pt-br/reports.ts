import type { reports as english } from '../en/reports.ts';
import type { Translated } from '../translated.ts';

export const reports: Translated<typeof english> = {
  by: 'Por',
  groups: {
    user: 'Usuário',
    department: 'Departamento',
    model: 'Modelo',
    upstream: 'Provedor',
    day: 'Dia',
    month: 'Mês',
  },
  from: 'De',
  to: 'Até',
  ranges: {
    thisMonth: 'Este mês',
    lastMonth: 'Mês passado',
    last30: 'Últimos 30 dias',
    thisYear: 'Este ano',
  },
  columns: {
    requests: 'Requisições',
    errors: 'Erros',
    prompt: 'Prompt',
    completion: 'Resposta',
    cached: 'Em cache',
    charged: 'Cobrados',
    absorbed: 'Absorvidos',
    cost: 'Custo',
    share: 'Parcela',
    duration: 'Duração média',
  },
  total: 'Total',
  noDepartment: 'Sem departamento',
  removed: 'Removido ({{id}})',
  emptyTitle: 'Nenhum uso nesse período',
  emptyText: 'Nada foi medido entre esses dias. Escolha outro período.',
  headline: '{{cost}} por {{tokens}} tokens em {{requests}}.',
  exportAs: 'Exportar como {{format}}',
  exporting: 'O arquivo está sendo gerado …',
  absorbedHint: 'Relatado além do que foi reservado: ninguém foi cobrado por isso.',
};
