import { Button, Group, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer, Preferences } from '../../../electron/contract.ts';

const SWITCHES = ['openAtLogin', 'closeToTray', 'keepAwake', 'pauseNotices'] as const;

/** What this computer does for the gateway. In the desktop window only. */
export function DesktopSection() {
  const { t } = useTranslation('desktop');
  const [preferences, setPreferences] = useState<Preferences | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);

  const take = useCallback((answer: Answer<Preferences>) => {
    if (answer.ok) setPreferences(answer.data);
    setProblem(answer.ok ? null : answer.message);
  }, []);
  useEffect(() => {
    void window.desktop?.preferences().then(take);
  }, [take]);

  if (!window.desktop || !preferences) return null;
  const { desktop } = window;
  const say = async (answer: Promise<Answer<null>>) => {
    const said = await answer;
    setProblem(said.ok ? null : said.message);
    return said.ok;
  };
  return (
    <Paper withBorder p="md">
      <Title order={2}>{t('title')}</Title>
      <Text size="sm" c="dimmed" mb="md">
        {t('hint')}
      </Text>
      <Stack gap="md" align="flex-start">
        {SWITCHES.map((name) => (
          <Switch
            key={name}
            label={t(name)}
            description={t(`${name}Hint`)}
            checked={preferences[name]}
            onChange={({ currentTarget: { checked } }) =>
              void desktop.changePreferences({ [name]: checked }).then(take)
            }
          />
        ))}
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={() => void say(desktop.openDataFolder())}>
            {t('openDataFolder')}
          </Button>
          <Button variant="default" size="xs" onClick={() => void say(desktop.copyDiagnostics()).then(setCopied)}>
            {copied ? t('copied') : t('copyDiagnostics')}
          </Button>
        </Group>
        {problem !== null && (
          <Text size="sm" role="alert">
            {t('notChanged')}{' '}
            <Text span c="dimmed">
              {problem}
            </Text>
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
