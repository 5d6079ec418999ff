import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import icon from '../../shared/theme/icon.svg';
import { usePreferences } from '../preferences.ts';
import { useMay } from '../session/use-session.tsx';
import { useIsSetupOffered } from '../setup/use-setup-offered.ts';
import { Keys } from './keys.tsx';
import css from './rail.module.css';
import { SCREENS, type ScreenId } from './screens.ts';
import { useWaitingCounts } from './use-waiting-counts.ts';

export function Rail() {
  const { t } = useTranslation('frame');
  const { railCollapsed, singleKeys, change } = usePreferences();
  const isNarrow = useMediaQuery('(max-width: 1100px)') ?? false;
  const collapsed = railCollapsed || isNarrow;
  const may = useMay();
  const counts = useWaitingCounts();
  const isSetupOffered = useIsSetupOffered();
  const isShown = ({ id, role }: (typeof SCREENS)[number]) => may(role) && (id !== 'setup' || isSetupOffered);

  return (
    <nav className={css.rail} data-collapsed={collapsed || undefined} aria-label={t('nav')}>
      <div className={css.brand}>
        <img src={icon} alt="" width={26} height={26} />
        {!collapsed && <span>{'IA Solaris'}</span>}
      </div>
      <ul className={css.list}>
        {SCREENS.filter(isShown).map(({ id, path, key, icon: Icon }) => (
          <li key={id}>
            <Tooltip
              position="right"
              disabled={!collapsed && !singleKeys}
              label={
                <Group gap="xs" wrap="nowrap">
                  {collapsed && t(`screens.${id}`)}
                  <Keys keys={`g ${key}`} />
                </Group>
              }
            >
              <Link to={path} className={css.link} activeOptions={{ exact: path === '/' }}>
                <Icon size={20} stroke={1.7} aria-hidden />
                <span className={css.word}>{t(`screens.${id}`)}</span>
                <Count count={countOf(id, counts)} />
              </Link>
            </Tooltip>
          </li>
        ))}
      </ul>
      {!isNarrow && (
        <Tooltip label={t(collapsed ? 'expand' : 'collapse')} position="right">
          <ActionIcon
            className={css.fold}
            variant="subtle"
            color="gray"
            aria-label={t(collapsed ? 'expand' : 'collapse')}
            onClick={() => change({ railCollapsed: !railCollapsed })}
          >
            {collapsed ? <IconLayoutSidebarLeftExpand size={18} /> : <IconLayoutSidebarLeftCollapse size={18} />}
          </ActionIcon>
        </Tooltip>
      )}
    </nav>
  );
}

function countOf(id: ScreenId, counts: Readonly<Record<string, number>>): number {
  return counts[id] ?? 0;
}

const MOST_SHOWN = 99;

function Count({ count }: { count: number }) {
  if (count === 0) return null;
  return <span className={css.count}>{count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}</span>;
}
