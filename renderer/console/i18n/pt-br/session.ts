import type { session as english } from '../en/session.ts';
import type { Translated } from '../translated.ts';

export const session: Translated<typeof english> = {
  title: 'Entrar',
  welcome: 'Medição e cotas para a sua equipe no LibreChat.',
  email: 'E-mail',
  password: 'Senha',
  code: 'Código do aplicativo autenticador',
  codeHint: 'Seis dígitos',
  codeNeeded: 'Digite os seis dígitos que o aplicativo mostra agora.',
  submit: 'Entrar',
  signOut: 'Sair',
  endedTitle: 'Sua sessão terminou',
  endedText: 'Entre de novo. O que você estava fazendo continua aqui.',
  otherOperator: 'Outra pessoa estava conectada aqui. A página começa do zero.',
  forgot: 'Esqueceu a senha? Na máquina do gateway, execute: npm start -- reset-admin',
  emailNeeded: 'Digite o seu e-mail.',
  passwordNeeded: 'Digite a sua senha.',
};
