import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { localeNames, locales } from '../shared/i18n/locale.ts';
import icon from '../shared/theme/icon.svg';
import css from './frame.module.css';
import { useSession } from './session/session.tsx';
import { NavSign } from './ui/nav-sign.tsx';

const PAGES = [
  { to: '/', name: 'balance' },
  { to: '/statement', name: 'statement' },
  { to: '/requests', name: 'requests' },
  { to: '/keys', name: 'keys' },
  { to: '/settings', name: 'settings' },
] as const;

/** What stands around every screen. @param signedIn whether there are pages to go to */
export function Frame({ signedIn, children }: { signedIn: boolean; children: ReactNode }) {
  const { words } = useSession();
  return (
    <div className={css.frame} data-out={signedIn ? undefined : ''}>
      <a className={css.skip} href="#content">
        {words.skip}
      </a>
      <header className={css.bar}>
        <Link href="/" className={css.brand}>
          <img className={css.icon} src={icon} alt="" width={28} height={28} />
          {'IA Solaris'}
        </Link>
        {signedIn ? <Nav /> : <Languages />}
      </header>
      <main id="content">{children}</main>
    </div>
  );
}

function Nav() {
  const { words } = useSession();
  const [location] = useLocation();
  const isHere = (to: string) => (to === '/' ? location === '/' : location.startsWith(to));
  return (
    <nav className={css.nav} aria-label={words.nav.label}>
      {PAGES.map(({ to, name }) => (
        <Link key={to} href={to} className={css.link} aria-current={isHere(to) ? 'page' : undefined}>
          <NavSign name={name} className={css.sign ?? ''} />
          {words.nav[name]}
        </Link>
      ))}
    </nav>
  );
}

function Languages() {
  const { locale, words, chooseLocale } = useSession();
  return (
    <fieldset className={css.languages}>
      <legend className="visually-hidden">{words.settings.language}</legend>
      {locales.map((choice) => (
        <button
          key={choice}
          type="button"
          lang={choice}
          className={css.language}
          aria-pressed={choice === locale}
          onClick={() => chooseLocale(choice)}
        >
          {localeNames[choice]}
        </button>
      ))}
    </fieldset>
  );
}
