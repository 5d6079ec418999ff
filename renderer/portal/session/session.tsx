/** Who is signed in, and what all screens share: the client, the language, the user's own figures. */
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Me } from '../../../gateway/contract/portal.ts';
import { type Locale, loadLocale, saveLocale } from '../../shared/i18n/locale.ts';
import { type PortalWords, portalWords } from '../i18n/words.ts';
import { type Client, createClient, Failure } from './client.ts';
import { listen } from './live.ts';

export type Standing = 'asking' | 'in' | 'out';

export interface Session {
  readonly client: Client;
  readonly standing: Standing;
  /** Whether somebody was signed in here whose session ended by itself. */
  readonly hasEnded: boolean;
  readonly locale: Locale;
  readonly words: PortalWords;
  /** Null until they are known. */
  readonly me: Me | null;
  /** Why the figures could not be had. */
  readonly failure: Failure | null;
  /** Counts up whenever something of the user has changed: a reason to ask again. */
  readonly revision: number;
  chooseLocale(locale: Locale): void;
  entered(): void;
  setMe(me: Me): void;
  reload(): void;
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider');
  return session;
}

/** The user's own figures; for screens that are shown to somebody signed in only. */
export function useMe(): Me {
  const { me } = useSession();
  if (!me) throw new Error('useMe needs a user who is signed in');
  return me;
}

/** Changes of this span are asked for once. */
const GATHER_MS = 400;

export function SessionProvider({ children }: { children: ReactNode }) {
  const [standing, setStanding] = useState<Standing>('asking');
  const [hasEnded, setHasEnded] = useState(false);
  const [locale, setLocale] = useState(loadLocale);
  const [me, setMe] = useState<Me | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [revision, setRevision] = useState(0);
  /** Counts sign-ins: another person may follow on the same page. */
  const [signIns, setSignIns] = useState(0);
  const client = useMemo(
    () =>
      createClient((left) => {
        setHasEnded(!left);
        setMe(null);
        setStanding('out');
      }),
    [],
  );
  /** At which revision it was asked who is signed in: the cookie that answers is good for once. */
  const askedAt = useRef<number | null>(null);

  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);

  useEffect(() => {
    if (standing !== 'asking' || askedAt.current === revision) return;
    askedAt.current = revision;
    client.resume().then(
      (isIn) => {
        setFailure(null);
        setStanding(isIn ? 'in' : 'out');
      },
      (error: unknown) => {
        if (error instanceof Failure) setFailure(error);
      },
    );
  }, [client, standing, revision]);

  const reload = useCallback(() => setRevision((before) => before + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is the reason to ask again
  useEffect(() => {
    if (standing !== 'in') return;
    let isOver = false;
    client.call<Me>('/api/me').then(
      (answer) => {
        if (isOver) return;
        setMe(answer);
        setFailure(null);
        if (answer.locale !== null) setLocale(answer.locale);
      },
      (error: unknown) => {
        if (!isOver && error instanceof Failure && error.status !== 401) setFailure(error);
      },
    );
    return () => {
      isOver = true;
    };
  }, [client, standing, revision, signIns]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever signs in listens anew
  useEffect(() => {
    if (standing !== 'in') return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    const end = listen(client, (event) => {
      // The first connection comes with the first question.
      if (event.kind === 'connected' && isFirst) {
        isFirst = false;
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(reload, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [client, standing, signIns, reload]);

  const session = useMemo<Session>(
    () => ({
      client,
      standing,
      hasEnded,
      locale,
      words: portalWords[locale],
      me,
      failure,
      revision,
      chooseLocale(chosen) {
        setLocale(chosen);
        saveLocale(chosen);
      },
      entered() {
        setMe(null);
        setHasEnded(false);
        setStanding('in');
        setSignIns((before) => before + 1);
      },
      setMe,
      reload,
    }),
    [client, standing, hasEnded, locale, me, failure, revision, reload],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}
