/** The desktop window's own: the computer and the gateway beside it. */
export const desktop = {
  title: 'This computer',
  hint: 'The gateway runs on this computer, also while the window is closed.',
  openAtLogin: 'Start at login',
  openAtLoginHint: 'Without a window: IA Solaris meters from the moment you sign in.',
  closeToTray: 'Keep running when the window is closed',
  closeToTrayHint: 'The tray icon brings the window back. Off: closing the window stops the metering.',
  keepAwake: 'Keep the computer awake while metering',
  keepAwakeHint: 'The screen may sleep; the computer does not, so that LibreChat always gets an answer.',
  openDataFolder: 'Open data folder',
  copyDiagnostics: 'Copy diagnostics',
  copied: 'Copied, without keys and names',
  notChanged: 'That could not be done.',
  retry: 'Try again now',
  restarting: 'The gateway stopped unexpectedly and is being started again.',
} as const;
