/** What every page of the app is denied, whatever it loads. */
import { app, type Session, type WebContents } from 'electron';
import { isOwnPage, pageOf } from './pages.ts';

/** Writing text to the clipboard, for the buttons that copy. Reading it stays denied, as everything else. */
const GRANTED: readonly string[] = ['clipboard-sanitized-write'];

/**
 * From now on, no contents of this app navigate away, open windows or embed others.
 *
 * @param openOutside gets the addresses that a page wanted a new window for, to judge them and open some in a browser
 */
export function guardAllContents(openOutside: (address: string) => void): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, openOutside));
}

/** Denies every permission (camera, notifications of the web, USB …), asked for or only checked, but for `GRANTED`. */
export function denyPermissions(session: Session): void {
  const isGranted = (contents: WebContents | null, permission: string) =>
    GRANTED.includes(permission) && contents !== null && isOwnPage(contents.getURL());
  session.setPermissionRequestHandler((contents, permission, answer) => answer(isGranted(contents, permission)));
  session.setPermissionCheckHandler((contents, permission) => isGranted(contents, permission));
  session.setDevicePermissionHandler(() => false);
}

function guardContents(contents: WebContents, openOutside: (address: string) => void): void {
  const guard = (event: { url: string; preventDefault(): void }) => {
    // Not even from one page of ours to another: each has a window of its own, and channels of its own.
    const target = pageOf(event.url);
    if (target === null || target !== pageOf(contents.getURL())) event.preventDefault();
  };
  contents.on('will-navigate', guard);
  contents.on('will-redirect', guard);
  contents.on('will-frame-navigate', guard);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
}
