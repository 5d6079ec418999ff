import { NavLink, Select, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { Patient } from '../ui/query-state.tsx';
import { MaintenancePanel } from './maintenance-panel.tsx';
import { GROUPS } from './setting-groups.ts';
import { SettingsForm } from './settings-form.tsx';
import css from './settings-screen.module.css';
import { parseSettingsSearch, SECTIONS, type SectionId } from './settings-search.ts';

const route = getRouteApi('/settings');

const UpstreamsSection = lazy(async () => ({ default: (await import('./upstreams-section.tsx')).UpstreamsSection }));
const KeysSection = lazy(async () => ({ default: (await import('./keys-section.tsx')).KeysSection }));
const MailSection = lazy(async () => ({ default: (await import('./mail-section.tsx')).MailSection }));
const DatabaseSection = lazy(async () => ({ default: (await import('./database-section.tsx')).DatabaseSection }));
const BackupsSection = lazy(async () => ({ default: (await import('./backups-section.tsx')).BackupsSection }));
const OperatorsSection = lazy(async () => ({ default: (await import('./operators-section.tsx')).OperatorsSection }));
const AccountSection = lazy(async () => ({ default: (await import('./account-section.tsx')).AccountSection }));
const AppearanceSection = lazy(async () => ({ default: (await import('./appearance-section.tsx')).AppearanceSection }));
const DesktopSection = lazy(async () => ({ default: (await import('../desktop/desktop-section.tsx')).DesktopSection }));
const UpdatesPanel = lazy(async () => ({ default: (await import('../desktop/updates-panel.tsx')).UpdatesPanel }));
const AboutSection = lazy(async () => ({ default: (await import('./about-section.tsx')).AboutSection }));
const PolicyPreview = lazy(async () => ({ default: (await import('./policy-preview.tsx')).PolicyPreview }));

/** How everything is set, and who set it. */
export function SettingsScreen() {
  const { t } = useTranslation('settings');
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const allowed = SECTIONS.filter(({ role }) => may(role));
  const section = search.section ?? allowed[0]?.id ?? 'account';
  const go = (id: string) => void navigate({ search: { section: id as SectionId } });

  return (
    <div className={css.screen}>
      <nav className={css.nav} aria-label={t('sectionsLabel')}>
        {allowed.map(({ id }) => (
          <NavLink
            key={id}
            component="button"
            type="button"
            active={id === section}
            aria-current={id === section ? 'page' : undefined}
            label={t(`sections.${id}`)}
            onClick={() => go(id)}
          />
        ))}
      </nav>
      <Select
        className={css.select}
        aria-label={t('sectionsLabel')}
        value={section}
        data={allowed.map(({ id }) => ({ value: id, label: t(`sections.${id}`) }))}
        onChange={(id) => id !== null && go(id)}
      />
      <section className={css.body} aria-label={t(`sections.${section}`)}>
        {allowed.some(({ id }) => id === section) ? (
          <Suspense fallback={<Patient>{null}</Patient>}>
            <Section id={section} open={search.open} />
          </Suspense>
        ) : (
          <EmptyPanel icon={null} title={t('notAllowed')} text={t('notAllowedText')} />
        )}
      </section>
    </div>
  );
}

interface SectionProps {
  id: SectionId;
  open: string | undefined;
}

function Section({ id, open }: SectionProps) {
  const navigate = route.useNavigate();
  const list: OpenProps = {
    open,
    onOpen: (next) =>
      void navigate({ search: (before) => parseSettingsSearch({ ...before, section: id, open: next }) }),
  };
  switch (id) {
    case 'upstreams':
      return <UpstreamsSection {...list} />;
    case 'keys':
      return <KeysSection {...list} />;
    case 'operators':
      return <OperatorsSection {...list} />;
    case 'mail':
      return <MailSection />;
    case 'data':
      return <DatabaseSection />;
    case 'backups':
      return <BackupsSection />;
    case 'account':
      return <AccountSection />;
    case 'appearance':
      return (
        <Stack>
          <AppearanceSection />
          {window.desktop && <DesktopSection />}
        </Stack>
      );
    case 'about':
      return (
        <Stack>
          <AboutSection />
          {window.desktop && <UpdatesPanel desktop={window.desktop} />}
        </Stack>
      );
    case 'general':
      return (
        <Stack>
          <SettingsForm key={id} groups={GROUPS.general} />
          <MaintenancePanel />
        </Stack>
      );
    case 'policy':
      return <SettingsForm key={id} groups={GROUPS.policy} after={(current) => <PolicyPreview current={current} />} />;
    default:
      return <SettingsForm key={id} groups={GROUPS[id]} />;
  }
}

/** What is open in a section, and how that changes; undefined closes. */
export interface OpenProps {
  open: string | undefined;
  onOpen(id: string | undefined): void;
}
