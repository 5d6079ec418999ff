import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconBolt, IconCpu, IconInbox, IconSearch, IconUser } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../preferences.ts';
import { useMay } from '../session/use-session.tsx';
import { nameOf } from '../users/name-of.ts';
import { Keys } from './keys.tsx';
import { filterPalette, type PaletteAction, type PaletteGroup } from './palette-filter.ts';
import { SCREENS } from './screens.ts';
import { type Command, type Shortcut, useShortcutRegistry } from './shortcuts.ts';
import { useFound } from './use-found.ts';

/** Remembered, and shown. */
const RECENT = { kept: 20, shown: 5 };
const SHOWN = 40;
const ICON = 18;

/** Escape closes the palette, and not what lies beneath it too. */
const OWN_ESCAPE = { 'data-mantine-stop-propagation': 'true' };

/** What was found before: it is offered again without another search. In memory only. */
const foundBefore = new Map<string, PaletteAction>();

/** Ctrl/⌘ K: any screen, person, request or model, and whatever can be done here. */
export function Palette() {
  const { t } = useTranslation('frame');
  const [text, setText] = useState('');
  const { recent, change } = usePreferences();
  const found = useFoundActions(text);
  const screens = useScreenActions();
  const commands = useCommandActions();

  const remember = (action: PaletteAction): PaletteAction => ({
    ...action,
    onClick() {
      const { id } = action;
      if (id.startsWith('found.')) foundBefore.set(id, { ...action, keywords: '' });
      change({ recent: [id, ...recent.filter((other) => other !== id)].slice(0, RECENT.kept) });
      action.onClick();
    },
  });
  const known = new Map([screens, ...commands].flatMap(({ actions }) => actions.map((action) => [action.id, action])));
  const again: PaletteGroup = {
    group: t('paletteRecent'),
    actions: recent.flatMap((id) => known.get(id) ?? foundBefore.get(id) ?? []).slice(0, RECENT.shown),
  };
  const isNew = ({ id, isQuiet = false }: PaletteAction) =>
    !isQuiet && !again.actions.some((action) => action.id === id);
  // Once something is typed each is found in its own place.
  const groups =
    text.trim() === '' ? [again, ...withOnly(isNew, [...commands, screens])] : [...found, screens, ...commands];
  const offers = filterPalette(text, groups).map(({ group, actions }) => ({
    group,
    actions: actions.map((action) => withoutMark(remember(action))),
  }));
  useFirstSelected(text.trim() === '' ? '' : (offers[0]?.actions[0]?.id ?? ''));
  return (
    <Spotlight
      actions={offers}
      query={text}
      onQueryChange={setText}
      filter={(_text, filtered) => filtered}
      // The registry of shortcuts opens it, also from within a field.
      shortcut={null}
      limit={SHOWN}
      nothingFound={t('paletteEmpty')}
      scrollable
      attributes={{ content: { 'aria-label': t('palette'), 'data-palette': true } }}
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={ICON} />,
        placeholder: t('palette'),
        'aria-label': t('palette'),
        onKeyDown: ({ key }) => key === 'Escape' && spotlight.close(),
        ...OWN_ESCAPE,
      }}
    />
  );
}

/** Enter takes the first one; what is found comes too late for Mantine to select it. */
function useFirstSelected(first: string): void {
  useEffect(() => {
    if (first === '') return;
    const list = document.querySelector('[data-palette]');
    if (list?.querySelector('[data-selected]')) return;
    list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  }, [first]);
}

/** The button of an action takes no mark of ours. */
function withoutMark({ isQuiet: _isQuiet, ...action }: PaletteAction) {
  return action;
}

function withOnly(isMeant: (action: PaletteAction) => boolean, groups: readonly PaletteGroup[]): PaletteGroup[] {
  return groups.map(({ group, actions }) => ({ group, actions: actions.filter(isMeant) }));
}

function useScreenActions(): PaletteGroup {
  const { t } = useTranslation('frame');
  const router = useRouter();
  const may = useMay();
  return {
    group: t('paletteScreens'),
    actions: SCREENS.filter(({ role }) => may(role)).map(({ id, path, key, icon: Icon }) => ({
      id: `screen.${id}`,
      label: t(`screens.${id}`),
      description: t(`questions.${id}`),
      leftSection: <Icon size={ICON} />,
      rightSection: <Keys keys={`g ${key}`} />,
      onClick: () => void router.navigate({ to: path }),
    })),
  };
}

/** What the registry has; the newest groups first: those of what is open. */
function useCommandActions(): PaletteGroup[] {
  const entries = useShortcutRegistry((registry) => registry.entries);
  const groups = new Map<string, PaletteAction[]>();
  for (const entry of entries) {
    const {
      id = entry.keys,
      label,
      group,
      keys,
      run,
      isOnlyKeys = false,
      isQuiet = false,
    } = entry as Partial<Command & Shortcut> & Command;
    if (id === undefined || isOnlyKeys) continue;
    const action = {
      id,
      label,
      isQuiet,
      leftSection: <IconBolt size={ICON} />,
      rightSection: keys === undefined ? null : <Keys keys={keys} />,
      onClick: run,
    };
    groups.set(group, [...(groups.get(group) ?? []), action]);
  }
  return [...groups].reverse().map(([group, actions]) => ({ group, actions }));
}

function useFoundActions(text: string): PaletteGroup[] {
  const { t } = useTranslation('frame');
  const router = useRouter();
  const { users, tickets, models } = useFound(text);
  // What the gateway found is found, whatever the palette thinks of the letters.
  const action = (id: string, label: string, description: string, icon: ReactNode, run: () => unknown) => ({
    id: `found.${id}`,
    label,
    description,
    keywords: text,
    leftSection: icon,
    onClick: () => void run(),
  });
  return [
    {
      group: t('paletteUsers'),
      actions: users.map((user) =>
        action(user.id, nameOf(user), user.email ?? user.id, <IconUser size={ICON} />, () =>
          router.navigate({ to: '/users', search: { user: user.id } }),
        ),
      ),
    },
    {
      group: t('paletteRequests'),
      actions: tickets.map(({ id, ticket, user, message }) =>
        action(id, `${ticket} · ${nameOf(user)}`, message, <IconInbox size={ICON} />, () =>
          router.navigate({ to: '/requests', search: { view: 'all', request: id } }),
        ),
      ),
    },
    {
      group: t('paletteModels'),
      actions: models.map((model) =>
        action(`model.${model}`, model, '', <IconCpu size={ICON} />, () =>
          router.navigate({ to: '/plans', search: { part: 'models', open: model } }),
        ),
      ),
    },
  ];
}
