import { useTranslation } from 'react-i18next';
import { loadLocale } from '../../shared/i18n/locale.ts';
import { HealthScreen } from './health-screen.tsx';

/** Is everything fine, and where will the month end? */
export function OverviewScreen() {
  const { i18n } = useTranslation();
  const locale = i18n.language === 'pt-BR' || i18n.language === 'en' ? i18n.language : loadLocale();
  return <HealthScreen locale={locale} />;
}
