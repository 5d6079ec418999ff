/**
 * The console's session in the window. Browsers keep the refresh cookie; for a scheme of the app's own nobody does, so that
 * it is kept here, and where there is none the owner of this machine is signed in. No Electron in here.
 */
export interface PageSession {
  /** Before the page asks for its next token: signs the owner in where nobody is, unless somebody signed out. */
  ensure(): Promise<void>;
  /** The cookie did not do: signs the owner in again. @returns whether that worked */
  renew(): Promise<boolean>;
  /** What the page's calls of `/api/auth` carry. */
  cookie(): string | null;
  /** Takes what the answer of a path sets, out of it. */
  take(pathname: string, headers: Headers): void;
  /** Whoever opens the page anew is the owner again. */
  begin(): void;
}

/** @param signIn opens a session of the owner. @returns its cookie, `name=value`; rejects where no gateway answers */
export function createPageSession(signIn: () => Promise<string>): PageSession {
  let cookie: string | null = null;
  let signedOut = false;

  const renew = async () => {
    if (signedOut) return false;
    cookie = await signIn().catch(() => null);
    return cookie !== null;
  };
  return {
    async ensure() {
      if (cookie === null) await renew();
    },
    renew,
    cookie: () => cookie,
    take(pathname, headers) {
      for (const line of headers.getSetCookie()) {
        const value = line.split(';')[0] ?? '';
        cookie = value.endsWith('=') ? null : value;
        signedOut = cookie === null && pathname === '/api/auth/logout';
      }
      headers.delete('set-cookie');
    },
    begin() {
      signedOut = false;
    },
  };
}
