import { type Locale, localeNames, locales, messages } from '../shared/i18n/locale.ts';
import icon from '../shared/theme/icon.svg';
import css from './top-bar.module.css';

interface TopBarProps {
  locale: Locale;
  onChooseLocale(locale: Locale): void;
}

export function TopBar({ locale, onChooseLocale }: TopBarProps) {
  return (
    <header className={css.bar}>
      <img className={css.icon} src={icon} alt="" width={28} height={28} />
      <span className={css.name}>IA Solaris</span>
      <fieldset className={css.languages}>
        <legend className={css.legend}>{messages[locale].language}</legend>
        {locales.map((choice) => (
          <button
            key={choice}
            type="button"
            lang={choice}
            className={css.language}
            aria-pressed={choice === locale}
            onClick={() => onChooseLocale(choice)}
          >
            {localeNames[choice]}
          </button>
        ))}
      </fieldset>
    </header>
  );
}
