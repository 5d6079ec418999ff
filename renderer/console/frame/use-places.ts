import { useQueryClient } from '@tanstack/react-query';
import { type NavigateOptions, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { List } from '../../../gateway/contract/common.ts';
import type { Ticket } from '../../../gateway/contract/tickets.ts';
import { PARTS as ACTIVITY_PARTS } from '../activity/activity-search.ts';
import { NEW, PARTS as PLANS_PARTS } from '../plans/plans-search.ts';
import { PARTS as REPORTS_PARTS } from '../reports/reports-search.ts';
import { useMay, useSession } from '../session/use-session.tsx';
import { SECTIONS } from '../settings/settings-search.ts';
import { explainFailure } from '../ui/explain-failure.ts';
import { tellFailed } from '../ui/toasts.tsx';
import type { Command } from './shortcuts.ts';
import { useCommands } from './use-commands.ts';

/** The parts of the screens, what can be made anew, and the request that waits longest: for the palette. */
export function usePlaces(): void {
  const { t } = useTranslation(['frame', 'activity', 'plans', 'reports', 'settings']);
  const router = useRouter();
  const may = useMay();
  const openNext = useNextRequest();
  const to = (options: NavigateOptions<typeof router>) => () => void router.navigate(options);
  const place = (id: string, screen: string, part: string, run: () => void): Command => {
    return { id: `place.${id}`, label: `${screen}: ${part}`, group: t('palettePlaces'), isQuiet: true, run };
  };
  const making = (id: string, label: string, run: () => void): Command => {
    return { id: `new.${id}`, label, group: t('paletteActions'), isQuiet: true, run };
  };
  const parts: Command[] = [
    ...PLANS_PARTS.map((part) =>
      place(part, t('screens.plans'), t(`plans:parts.${part}`), to({ to: '/plans', search: { part } })),
    ),
    ...REPORTS_PARTS.map((part) =>
      place(part, t('screens.reports'), t(`reports:parts.${part}`), to({ to: '/reports', search: { part } })),
    ),
    ...ACTIVITY_PARTS.filter(({ role }) => may(role)).map(({ id: part }) =>
      place(part, t('screens.activity'), t(`activity:parts.${part}`), to({ to: '/activity', search: { part } })),
    ),
    ...SECTIONS.filter(({ role }) => may(role)).map(({ id: section }) =>
      place(
        `settings.${section}`,
        t('screens.settings'),
        t(`settings:sections.${section}`),
        to({ to: '/settings', search: { section } }),
      ),
    ),
  ];
  const makings: Command[] = [
    making('plan', t('plans:newPlan'), to({ to: '/plans', search: { open: NEW } })),
    making('department', t('plans:newDepartment'), to({ to: '/plans', search: { part: 'departments', open: NEW } })),
    making('model', t('plans:newModel'), to({ to: '/plans', search: { part: 'models', open: NEW } })),
    making(
      'upstream',
      t('settings:upstreams.add'),
      to({ to: '/settings', search: { section: 'upstreams', open: NEW } }),
    ),
    making('key', t('settings:keys.add'), to({ to: '/settings', search: { section: 'keys', open: NEW } })),
  ];
  useCommands([
    { id: 'request.next', label: t('nextRequest'), group: t('paletteActions'), run: () => void openNext() },
    ...parts,
    ...(may('admin') ? makings : []),
    ...(may('owner')
      ? [
          making(
            'operator',
            t('settings:operators.add'),
            to({ to: '/settings', search: { section: 'operators', open: NEW } }),
          ),
        ]
      : []),
  ]);
}

/** Opens the request that is due first: approving it is one more key. */
function useNextRequest(): () => Promise<void> {
  const session = useSession();
  const router = useRouter();
  const queryClient = useQueryClient();
  return async () => {
    const query = { status: ['open'], sort: 'dueAt', limit: 1 };
    try {
      const { items } = await queryClient.fetchQuery({
        queryKey: ['tickets', 'next'],
        staleTime: 0,
        queryFn: ({ signal }) => session.call<List<Ticket>>('/api/admin/requests', { query, signal }),
      });
      const [first] = items;
      await router.navigate({ to: '/requests', search: first ? { request: first.id } : {} });
    } catch (error) {
      tellFailed(explainFailure(error));
    }
  };
}
