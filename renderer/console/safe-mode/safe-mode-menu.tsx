import { Button, Menu } from '@mantine/core';
import { IconBolt, IconShieldCheck, IconShieldLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SafeMode } from '../../../gateway/contract/operators.ts';
import { tellDone } from '../ui/toasts.tsx';
import { LowerModal } from './lower-modal.tsx';
import css from './safe-mode-menu.module.css';
import { isLower, LEVELS, useSafeMode } from './use-safe-mode.ts';

const ICONS: Record<SafeMode, typeof IconBolt> = {
  silent: IconBolt,
  confirm: IconShieldCheck,
  password: IconShieldLock,
};

/** What is asked before something dangerous: always to be seen, and changed here. */
export function SafeModeMenu() {
  const { t, i18n } = useTranslation('frame');
  const { level, least, hasPassword, choose } = useSafeMode();
  const [lower, setLower] = useState<SafeMode | null>(null);
  const Icon = ICONS[level];

  const now = t('safeMode.now', { level: t(`safeMode.levels.${level}`).toLocaleLowerCase(i18n.language) });

  const take = (next: SafeMode) => {
    choose(next);
    tellDone({ message: t('safeMode.changed', { level: t(`safeMode.levels.${next}`) }) });
  };
  const change = (next: SafeMode) => {
    if (next === level) return;
    if (level === 'password') setLower(next);
    else take(next);
  };
  const why = (one: SafeMode): string => {
    if (isLower(one, least)) return t('safeMode.belowLeast');
    return one === 'password' && !hasPassword ? t('safeMode.noPassword') : t(`safeMode.hints.${one}`);
  };
  return (
    <>
      <Menu position="bottom-end" width={290}>
        <Menu.Target>
          <Button
            className={css.target}
            variant="subtle"
            color="gray"
            size="xs"
            px={8}
            data-safe-mode={level}
            aria-label={now}
            title={now}
            leftSection={<Icon size={16} />}
          >
            <span className={css.word}>{now}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label c="var(--text-quiet)">{t('safeMode.title')}</Menu.Label>
          <Menu.RadioGroup value={level} onChange={(next) => change(next as SafeMode)}>
            {LEVELS.map((one) => {
              const OwnIcon = ICONS[one];
              return (
                <Menu.RadioItem
                  key={one}
                  value={one}
                  closeMenuOnClick
                  disabled={isLower(one, least) || (one === 'password' && !hasPassword)}
                  rightSection={<OwnIcon size={16} />}
                >
                  <span className={css.level}>{t(`safeMode.levels.${one}`)}</span>
                  <span className={css.hint}>{why(one)}</span>
                </Menu.RadioItem>
              );
            })}
          </Menu.RadioGroup>
        </Menu.Dropdown>
      </Menu>
      {lower !== null && <LowerModal to={lower} onClose={() => setLower(null)} onProven={() => take(lower)} />}
    </>
  );
}
