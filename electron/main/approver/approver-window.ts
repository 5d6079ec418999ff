/** The approver's window, with the dialogs that choose its files. */
import { BrowserWindow, dialog, nativeTheme } from 'electron';
import type { Events } from '../../contract.ts';
import { tell } from '../ipc.ts';
import { APPROVER_URL } from '../pages.ts';
import type { Words } from '../words/words.ts';
import { PACKET_EXTENSION } from './approver.ts';

export interface ApproverWindow {
  /** Opens the window, or brings the open one to the front. */
  show(): void;
  /** Whether the id is that of the window's contents. */
  owns(webContentsId: number): boolean;
  tell<E extends keyof Events>(event: E, told: Events[E]): void;
  chooseFile(): Promise<string | null>;
  chooseTarget(name: string): Promise<string | null>;
}

/**
 * @param preload path of the built preload script
 * @param say the words of the person's language, as it is now
 */
export function createApproverWindow(preload: string, say: () => Words, onClosed: () => void): ApproverWindow {
  let window: BrowserWindow | null = null;
  const extension = PACKET_EXTENSION.slice(1);

  const open = (): BrowserWindow => {
    const opened = new BrowserWindow({
      width: 880,
      height: 760,
      minWidth: 480,
      minHeight: 480,
      title: 'IA Solaris',
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f151c' : '#f3f5f8',
      webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
    });
    opened.once('ready-to-show', () => opened.show());
    opened.once('closed', () => {
      window = null;
      onClosed();
    });
    void opened.loadURL(APPROVER_URL);
    return opened;
  };

  return {
    show() {
      if (!window) {
        window = open();
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    owns: (webContentsId) => window?.webContents.id === webContentsId,
    tell(event, told) {
      if (window) tell(window.webContents, event, told);
    },
    async chooseFile() {
      if (!window) return null;
      const { filePaths } = await dialog.showOpenDialog(window, {
        properties: ['openFile'],
        filters: [{ name: say().approver.files, extensions: [extension, 'json'] }],
      });
      return filePaths[0] ?? null;
    },
    async chooseTarget(defaultPath) {
      if (!window) return null;
      const { filePath } = await dialog.showSaveDialog(window, {
        defaultPath,
        filters: [{ name: say().approver.decisions, extensions: [extension] }],
      });
      return filePath || null;
    },
  };
}
