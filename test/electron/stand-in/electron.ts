/**
 * Stands in for Electron where its binary is not: keeps what the app asked for, in order, and lets a test act as window,
 * page and system. Loaded in place of the package by `hooks.ts`, in a process of its own.
 */
import './answering.ts';

export {
  app,
  clipboard,
  dialog,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
} from './app.ts';
export { BrowserWindow, ipcMain, protocol, session } from './pages.ts';
export { Menu, Notification, nativeImage, Tray } from './shell.ts';
export { utilityProcess } from './utility-process.ts';
