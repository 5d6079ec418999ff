import type { alerts as english } from '../en/alerts.ts';
import type { Translated } from '../translated.ts';

export const alerts: Translated<typeof english> = {
  list: 'Alertas',
  searchHint: 'Nome, ou tipo:gateway',
  /** What stands before the colon of a filter; the English words are understood in every language. */
  keys: { kind: 'tipo' },
  views: { open: 'Abertos', resolved: 'Resolvidos', all: 'Todos' },
  kind: 'Tipo',
  kinds: {
    warning: 'Perto do limite',
    critical: 'Muito perto do limite',
    blocked: 'Cota esgotada',
    early_warning: 'Vai acabar antes',
    anomaly: 'Uso incomum',
    system: 'Gateway',
    identity_conflict: 'Duas pessoas, um id',
  },
  sentences: {
    warning: '{{name}} já usou {{share}} da cota.',
    critical: '{{name}} já usou {{share}} da cota e logo vai parar.',
    cap: '{{name}} já usou {{share}} do teto compartilhado.',
    blocked: '{{name}} não tem mais nada até a renovação da cota.',
    early_warning: 'Nesse ritmo, a cota de {{name}} acaba antes da renovação.',
    anomaly: '{{name}} está usando os modelos de um jeito incomum.',
    system: 'O gateway precisa de atenção: {{what}}.',
    interrupted_one:
      'O gateway parou sem aviso e cortou {{count}} requisição. Ela não foi cobrada; no provedor pode ter custado até {{cost}} ({{tokens}} tokens).',
    interrupted_other:
      'O gateway parou sem aviso e cortou {{count}} requisições. Elas não foram cobradas; no provedor podem ter custado até {{cost}} ({{tokens}} tokens).',
    identity_conflict: 'Uma requisição trouxe o e-mail de uma pessoa e o id de {{name}}. Foi medida pelo e-mail.',
  },
  capEffects: {
    stops: 'Ao atingir o teto, as requisições são recusadas.',
    stopped: 'Requisições que não cabem são recusadas até a renovação do mês ou até o teto subir.',
    shows: 'Este teto só mostra.',
  },
  checks: {
    audit_chain: 'o registro de auditoria está danificado',
    integrity: 'o arquivo do banco de dados está danificado',
    upstream: 'um provedor não responde',
    mail: 'não é possível enviar e-mails',
    disk: 'o disco está quase cheio',
    backup: 'um backup agendado falhou',
    interrupted: 'ele parou sem aviso',
    maintenance: 'a manutenção está ligada e as requisições são recusadas',
    maintenance_overdue: 'a manutenção passou do fim previsto',
  },
  seeCaps: 'Ver os tetos',
  anomaly: {
    volume:
      '{{name}} usou {{seen}} tokens hoje: {{times}} vezes os {{usual}} que costuma usar por dia (histórico de {{days}} dias).',
    volumeHour:
      '{{name}} usou {{seen}} tokens em uma hora: {{times}} vezes os {{usual}} que costuma usar por dia (histórico de {{days}} dias).',
    rate: '{{name}} fez {{seen}} requisições em uma hora: {{times}} vezes as {{usual}} que costuma fazer nas horas mais movimentadas (histórico de {{days}} dias).',
    regularity:
      '{{requests}} requisições de {{name}} chegaram a cada {{gap}}, com pausas que variam {{variation}}%: a regularidade de uma máquina.',
    levels: { low: 'Confiança: baixa.', medium: 'Confiança: média.', high: 'Confiança: alta.' },
    watch: 'Nada foi feito.',
    limit_one: 'Limitado a uma requisição por minuto até {{until}}.',
    limit_other: 'Limitado a {{count}} requisições por minuto até {{until}}.',
    suspend: 'Suspenso até alguém encerrar.',
    suspendUntil: 'Suspenso até {{until}}.',
    over: {
      watch: 'Nada foi feito.',
      limit_one: 'Ficou limitado a uma requisição por minuto; já acabou.',
      limit_other: 'Ficou limitado a {{count}} requisições por minuto; já acabou.',
      suspend: 'Ficou suspenso; já acabou.',
    },
    revert: { limit: 'Encerrar a limitação', suspend: 'Encerrar a suspensão' },
    reverted: { limit: 'A limitação foi encerrada.', suspend: 'A suspensão foi encerrada.' },
    mark: 'Alarme falso',
    unmark: 'Não é alarme falso',
    marked: 'Anotado como alarme falso; nada dele está em vigor.',
    unmarked: 'Não conta como alarme falso.',
    isFalse: 'alarme falso',
  },
  seeRequests: 'Ver as requisições',
  team: 'A equipe',
  resolve: 'Resolver',
  resolved: 'O alerta foi resolvido.',
  resolvedBy: {
    superseded: 'substituído por um maior',
    system: 'resolvido sozinho',
    operator: 'resolvido por um operador',
  },
  openUser: 'Abrir o usuário',
  noneTitle: 'Nenhum alerta aberto',
  noneText: 'O último foi {{when}}.',
  neverText:
    'Nunca houve nenhum. As pessoas são avisadas nos limiares do plano; o que diz respeito a você aparece aqui.',
  count_one: '{{formatted}} alerta',
  count_other: '{{formatted}} alertas',
  noMatchTitle: 'Nenhum alerta corresponde',
};
