import type { search as english } from '../en/search.ts';
import type { Translated } from '../translated.ts';

export const search: Translated<typeof english> = {
  filters: 'Filtros',
  chip: '{{field}}: {{value}}',
  help: 'A seta para a esquerda ou Backspace leva aos filtros; a seta para baixo, às sugestões.',
  suggestions: 'Sugestões',
  recent: 'Buscas recentes',
  forget: 'Apagar buscas recentes',
  by: 'Filtrar por',
  user: 'Usuário',
  userKey: 'usuário',
  problems: {
    field: 'Aqui não há o filtro “{{value}}”, só {{fields}}. Para buscar a palavra, ponha-a entre aspas.',
    empty: '{{field}}: falta um valor.',
    value: '{{field}}: nada se chama “{{value}}”.',
    number: '{{field}}: “{{value}}” não é número inteiro nem comparação, como >1000 ou 500..1000.',
    percent: '{{field}}: “{{value}}” não é porcentagem nem comparação, como >80 ou 50..80.',
    time: '{{field}}: “{{value}}” não é um tempo, como >30d, <12h, 2026-11 ou 2026-11-01..2026-11-30.',
    order: '{{field}}: há mais tempo é >{{value}}; de lá para cá é <{{value}}.',
    rise: '{{field}}: “{{value}}” termina antes de começar.',
    negated: 'Um filtro não se inverte: tire o “-” de “{{value}}”.',
    text: 'Esta lista não busca palavras como “{{value}}”, só por {{fields}}.',
  },
  ago: {
    over: 'há mais de {{span}}',
    atLeast: 'há pelo menos {{span}}',
    under: 'há menos de {{span}}',
    atMost: 'há no máximo {{span}}',
  },
  days: {
    after: 'depois de {{day}}',
    before: 'antes de {{day}}',
    from: 'desde {{day}}',
    until: 'até {{day}}',
  },
};
