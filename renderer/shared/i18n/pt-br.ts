/** Português do Brasil. */
import type { Messages } from './en.ts';

export const ptBr: Messages = {
  language: 'Idioma',
  question: 'Está tudo bem?',
  answer: {
    healthy: 'Está tudo bem.',
    degraded: 'Funciona, mas com pouca folga.',
    unhealthy: 'Algo precisa de você.',
    unreachable: 'O gateway não responde.',
    loading: 'Consultando o gateway …',
  },
  advice: {
    healthy: 'As requisições estão sendo medidas e encaminhadas.',
    degraded: (names) => `As requisições continuam sendo atendidas. Verifique: ${names}.`,
    unhealthy: (names) => `Requisições podem ser recusadas até que isto seja resolvido: ${names}.`,
    unreachable: 'Inicie-o de novo com npm start ou veja o log dele. Esta página o encontra sozinha.',
  },
  status: { healthy: 'Bom', degraded: 'No limite', unhealthy: 'Com falha' },
  parts: {
    database: 'Banco de dados',
    redis: 'Redis',
    upstreams: 'Provedores',
    mail: 'E-mail',
    cpu: 'Processador',
    memory: 'Memória',
    disk: 'Disco',
    eventLoop: 'Tempo de resposta',
  },
  checkedIn: (time) => `verificado em ${time}`,
  checkedAgo: (seconds) => (seconds === 0 ? 'verificado agora' : `verificado há ${seconds} s`),
  askAgain: 'Consultar de novo',
  technicalCause: 'Causa técnica',
  copy: 'Copiar',
  copied: 'Copiado',
  onlyLiveness: {
    title: 'Daqui, só um sinal de vida',
    text: 'Os números aparecem na própria máquina do gateway.',
  },
  connect: {
    title: 'Endereço para o LibreChat',
    text: 'Cole-o como URL base do seu endpoint.',
  },
  runningSince: (time) => `Em funcionamento desde ${time}`,
  version: (version) => `Versão ${version}`,
};
