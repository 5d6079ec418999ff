import type { session as english } from '../en/session.ts';
import type { Translated } from '../translated.ts';

export const session: Translated<typeof english> = {
  title: 'Entrar',
  welcome: 'Medição e cotas para a sua equipe no LibreChat.',
  email: 'E-mail',
  password: 'Senha',
  code: 'Código do aplicativo autenticador',
  codeHint: 'Seis dígitos, ou um código de recuperação',
  codeNeeded: 'Digite os seis dígitos que o aplicativo mostra agora, ou um código de recuperação.',
  recoveryCode: 'Código de recuperação',
  recoveryHint: 'Um dos que você guardou: dezesseis letras e dígitos',
  useRecovery: 'Sem o celular? Use um código de recuperação',
  useApp: 'Usar um código do aplicativo',
  recoveryUsed: 'Você entrou com um código de recuperação.',
  recoveryLeft_zero: 'Não resta nenhum.',
  recoveryLeft_one: 'Resta {{count}}.',
  recoveryLeft_other: 'Restam {{count}}.',
  recoveryRenew: 'Criar novos',
  submit: 'Entrar',
  signOut: 'Sair',
  endedTitle: 'Sua sessão terminou',
  endedText: 'Entre de novo. O que você estava fazendo continua aqui.',
  otherOperator: 'Outra pessoa estava conectada aqui. A página começa do zero.',
  forgot: 'Esqueceu a senha? Na máquina do gateway, execute:',
  emailNeeded: 'Digite o seu e-mail.',
  passwordNeeded: 'Digite a sua senha.',
};
