/** Portuguese, as it is written in Brazil. */
import type { ApproverWords } from './en.ts';

export const ptBr: ApproverWords = {
  title: 'Decidir sem rede',
  lead: 'Abra um arquivo de solicitações, decida e leve de volta as decisões assinadas. Não é preciso rede nem gateway.',
  language: 'Idioma',
  copy: 'Copiar',
  copied: 'Copiado',
  copyFailed: 'Não foi possível copiar. Selecione o texto e copie.',
  open: 'Abrir um arquivo …',
  openAnother: 'Abrir outro arquivo …',
  key: {
    title: 'Sua chave',
    none: 'As decisões são assinadas com uma chave só sua. Ela é criada aqui uma única vez e nunca sai deste computador.',
    make: 'Criar minha chave',
    publicKey: 'Chave pública',
    fingerprint: 'Impressão digital',
    enrol: 'Envie as duas ao proprietário. Leiam a impressão digital um para o outro antes que ele cadastre a chave.',
    locked:
      'Há uma chave, mas o chaveiro do sistema não a entrega. Desbloqueie o chaveiro e abra o aplicativo de novo. Se a chave se perdeu, peça ao proprietário que a revogue; uma nova pode ser criada depois que o arquivo approver.key for retirado.',
    noKeychain:
      'Este sistema não tem um chaveiro onde guardar a chave, por isso ela não é criada. Configure um (no Linux: GNOME Keyring ou KWallet) ou decida com o comando ia-solaris packets e uma senha.',
    failed: 'Não foi possível criar a chave. A causa está abaixo.',
  },
  refused: {
    not_a_packet:
      'Este não é um arquivo de solicitações do IA Solaris. Peça ao proprietário que exporte as solicitações de novo.',
    wrong_file:
      'Este arquivo contém decisões. Elas são importadas onde as solicitações foram geradas; aqui se abrem solicitações.',
    newer_version:
      'Este arquivo foi gerado por uma versão mais nova do IA Solaris. Instale essa versão e abra de novo.',
    altered: 'Este arquivo foi alterado depois de assinado ou se danificou no caminho. Pegue-o de novo na origem.',
    other_key:
      'Este arquivo foi assinado por outra chave, diferente da que você conferiu antes. Pergunte ao proprietário se o gateway foi reinstalado. Até lá, não decida nada aqui.',
    unreadable: 'Não foi possível ler o arquivo. Veja se ele ainda está lá e se você tem permissão de leitura.',
    too_large: 'O arquivo é grande demais para ser um arquivo de solicitações.',
  },
  packet: {
    from: (date) => `Gerado em ${date}`,
    until: (date) => `Decisões são aceitas até ${date}`,
    over: (date) => `O prazo terminou em ${date}. As decisões seriam recusadas: peça um arquivo novo ao proprietário.`,
    requests: (count) => (count === 1 ? '1 solicitação' : `${count} solicitações`),
    compare: 'Confira uma vez',
    compareText:
      'Compare esta impressão digital com a que o gateway mostrou ao proprietário quando o arquivo foi gerado. Se forem iguais, os arquivos deste gateway passam a ser conhecidos.',
    same: 'São iguais',
  },
  request: {
    asks: (tokens) => `${tokens} tokens`,
    asksNothing: 'Sem quantidade',
    notCredits: 'Não é um pedido de créditos. A resposta é dada no console.',
    cost: (money) => `cerca de ${money}`,
    urgency: { low: 'Baixa', medium: 'Média', high: 'Alta', critical: 'Crítica' },
    urgencyLabel: (word) => `Urgência: ${word}`,
    plan: 'Plano',
    limit: 'Limite mensal',
    noLimit: 'Sem limite',
    used: 'Usado no mês',
    credits: 'Créditos restantes',
    month: 'Usado em 30 dias',
    granted: 'Concedido em 90 dias',
    due: (date) => `Resposta prometida até ${date}`,
    said: { user: 'Usuário', operator: 'Operador', system: 'Sistema' },
    undecided: 'Deixar',
    approve: 'Aprovar',
    reject: 'Recusar',
    decision: (ticket) => `Decisão sobre ${ticket}`,
    amount: 'Tokens',
    amountWrong: 'Digite um número inteiro de tokens, de 1 a um trilhão.',
    note: 'Mensagem ao usuário (se quiser)',
    reason: 'Motivo para o usuário',
    reasonWrong: 'Diga o motivo: o usuário vai ler.',
    tooLong: (most) => `No máximo ${most.toLocaleString('pt-BR')} caracteres.`,
  },
  sign: {
    button: (count) => (count === 1 ? 'Assinar 1 decisão' : `Assinar ${count} decisões`),
    nothing: 'Nada foi decidido ainda.',
    notRight: 'Uma decisão ainda não está certa: veja o campo marcado.',
    needsKey: 'Crie primeiro a sua chave.',
    needsCompare: 'Confira primeiro a impressão digital.',
    saved: (count, file) =>
      `${count === 1 ? '1 decisão foi assinada e salva' : `${count} decisões foram assinadas e salvas`} como ${file}. Leve o arquivo ao computador do gateway e importe-o lá.`,
    cancelled: 'Nada foi salvo. Suas decisões continuam aqui.',
  },
  notSigned: {
    over: 'O prazo do arquivo terminou. Peça um novo ao proprietário.',
    another_packet: 'Outro arquivo foi aberto nesse meio-tempo. Veja as solicitações dele e decida de novo.',
    not_trusted: 'Confira primeiro a impressão digital.',
    unknown_request: 'Uma destas solicitações não está no arquivo. Abra-o de novo.',
    twice: 'Há duas decisões sobre a mesma solicitação. Abra o arquivo de novo.',
    no_credits: 'Uma destas solicitações não pede créditos. A resposta é dada no console.',
    no_key: 'Não foi possível usar a sua chave. Desbloqueie o chaveiro do sistema e tente de novo.',
    unwritable: 'Não foi possível gravar as decisões ali. Escolha outro lugar; nada se perdeu.',
  },
  failed: 'Não funcionou. A causa está abaixo; nada se perdeu.',
};
