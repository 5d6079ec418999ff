/** Native notifications. */
import { Notification } from 'electron';
import type { Notice } from './notices.ts';
import { toastXml } from './toast.ts';

export interface Notifications {
  show(notice: Notice): void;
}

/** @param open follows the link of a notification that was clicked */
export function createNotifications(open: (link: string) => void): Notifications {
  // What nothing refers to is collected, and its click is lost.
  const shown = new Set<Notification>();
  return {
    show(notice) {
      if (!Notification.isSupported()) return;
      const { title, body, link } = notice;
      const isWindows = process.platform === 'win32';
      const notification = new Notification({ title, body, ...(isWindows ? { toastXml: toastXml(notice) } : {}) });
      notification.on('click', () => open(link));
      for (const end of ['click', 'close', 'failed'] as const) {
        notification.once(end as 'click', () => shown.delete(notification));
      }
      shown.add(notification);
      notification.show();
    },
  };
}
