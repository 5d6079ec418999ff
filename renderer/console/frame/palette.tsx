import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconMoon, IconRefresh, IconSearch, IconSun, IconUser } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { List } from '../../../gateway/contract/common.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { useMay, useSession } from '../session/use-session.tsx';
import { SCREENS } from './screens.ts';

const ENOUGH_TO_SEARCH = 2;
const USERS_SHOWN = 6;

/** Ctrl/⌘ K: any screen, any person, and what can be done from anywhere. */
export function Palette() {
  const { t } = useTranslation('frame');
  const router = useRouter();
  const may = useMay();
  const queryClient = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  const [text, setText] = useState('');
  const users = useFoundUsers(text);

  const groups: SpotlightActionGroupData[] = [
    {
      group: t('paletteUsers'),
      actions: users.map((user) => ({
        id: user.id,
        label: user.name || (user.email ?? user.id),
        description: user.email ?? user.id,
        // What the gateway found is found, whatever the palette thinks of the letters.
        keywords: [text],
        leftSection: <IconUser size={18} />,
        onClick: () => void router.navigate({ to: '/users', search: { user: user.id } }),
      })),
    },
    {
      group: t('paletteScreens'),
      actions: SCREENS.filter(({ role }) => may(role)).map(({ id, path, icon: Icon }) => ({
        id,
        label: t(`screens.${id}`),
        description: t(`questions.${id}`),
        leftSection: <Icon size={18} />,
        onClick: () => void router.navigate({ to: path }),
      })),
    },
    {
      group: t('paletteActions'),
      actions: [
        action('refresh', t('shortcutNames.refresh'), <IconRefresh size={18} />, () => queryClient.invalidateQueries()),
        action('light', `${t('theme')}: ${t('themes.light')}`, <IconSun size={18} />, () => setColorScheme('light')),
        action('dark', `${t('theme')}: ${t('themes.dark')}`, <IconMoon size={18} />, () => setColorScheme('dark')),
      ],
    },
  ];
  return (
    <Spotlight
      actions={groups}
      query={text}
      onQueryChange={setText}
      shortcut={['mod + K']}
      limit={20}
      nothingFound={t('paletteEmpty')}
      scrollable
      attributes={{ content: { 'aria-label': t('palette') } }}
      maxHeight={420}
      searchProps={{ leftSection: <IconSearch size={18} />, placeholder: t('palette'), 'aria-label': t('palette') }}
    />
  );
}

function action(id: string, label: string, leftSection: React.ReactNode, run: () => unknown) {
  return { id, label, leftSection, onClick: () => void run() };
}

function useFoundUsers(text: string): readonly User[] {
  const session = useSession();
  const [search] = useDebouncedValue(text.trim(), 150);
  const { data } = useQuery({
    queryKey: ['user', 'palette', search],
    enabled: search.length >= ENOUGH_TO_SEARCH,
    queryFn: ({ signal }) =>
      session.call<List<User>>('/api/admin/users', { query: { search, limit: USERS_SHOWN }, signal }),
  });
  return search.length >= ENOUGH_TO_SEARCH ? (data?.items ?? []) : [];
}
