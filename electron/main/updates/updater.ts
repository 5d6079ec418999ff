/** The updater of the installed app: electron-updater, with everything off that it would do by itself. */
import type { AppUpdater } from 'electron-updater';
import type { Updater } from './updates.ts';

/** @param load gives electron-updater's own updater for this system */
export async function openUpdater(load: () => Promise<AppUpdater> = ownUpdater): Promise<Updater> {
  const updater = await load();
  const { CancellationToken } = await library();
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.disableWebInstaller = true;
  updater.logger = null;
  // Failures are answers of the calls below; the event alone would end the process where nobody listens.
  updater.on('error', () => undefined);
  let cancellation: InstanceType<typeof CancellationToken> | null = null;

  return {
    async check(channel) {
      updater.channel = channel;
      updater.allowPrerelease = channel !== 'latest';
      // Setting the channel allows it, and an older version may not open the newer one's database.
      updater.allowDowngrade = false;
      const result = await updater.checkForUpdates();
      return result?.isUpdateAvailable ? result.updateInfo : null;
    },
    async download(onProgress) {
      cancellation = new CancellationToken();
      updater.on('download-progress', onProgress);
      try {
        await updater.downloadUpdate(cancellation);
      } finally {
        updater.off('download-progress', onProgress);
        cancellation = null;
      }
    },
    cancelDownload: () => cancellation?.cancel(),
    quitAndInstall(onFailure) {
      updater.once('error', onFailure);
      updater.quitAndInstall(false, true);
    },
  };
}

/** Large, and needed by nobody who does not look for updates. */
function library() {
  return import('electron-updater');
}

async function ownUpdater(): Promise<AppUpdater> {
  const { autoUpdater } = await library();
  return autoUpdater;
}
