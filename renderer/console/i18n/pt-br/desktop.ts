import type { desktop as english } from '../en/desktop.ts';
import type { Translated } from '../translated.ts';

export const desktop: Translated<typeof english> = {
  title: 'Este computador',
  hint: 'O gateway funciona neste computador, mesmo com a janela fechada.',
  openAtLogin: 'Iniciar com o computador',
  openAtLoginHint: 'Sem janela: o IA Solaris mede desde que você entra no sistema.',
  closeToTray: 'Continuar em execução ao fechar a janela',
  closeToTrayHint: 'O ícone na bandeja traz a janela de volta. Desligado: fechar a janela para a medição.',
  keepAwake: 'Manter o computador ligado enquanto mede',
  keepAwakeHint: 'A tela pode apagar; o computador não, para que o LibreChat sempre tenha resposta.',
  openDataFolder: 'Abrir a pasta de dados',
  copyDiagnostics: 'Copiar diagnóstico',
  copied: 'Copiado, sem chaves nem nomes',
  notChanged: 'Não foi possível.',
  retry: 'Tentar de novo agora',
  restarting: 'O gateway parou inesperadamente e está sendo iniciado de novo.',
};
