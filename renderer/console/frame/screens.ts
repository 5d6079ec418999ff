/** The screens in the order of the rail. One list for rail, palette and shortcuts, so that none can lie. */
import {
  IconBell,
  IconChartBar,
  IconGauge,
  IconHistory,
  IconInbox,
  IconRocket,
  IconSettings,
  IconStack2,
  IconUsers,
} from '@tabler/icons-react';
import type { Operator } from '../../../gateway/contract/operators.ts';

export const SCREENS = [
  { id: 'overview', path: '/', key: 'o', icon: IconGauge, role: 'viewer' },
  { id: 'users', path: '/users', key: 'u', icon: IconUsers, role: 'viewer' },
  { id: 'requests', path: '/requests', key: 'r', icon: IconInbox, role: 'viewer' },
  { id: 'alerts', path: '/alerts', key: 'l', icon: IconBell, role: 'viewer' },
  { id: 'reports', path: '/reports', key: 'p', icon: IconChartBar, role: 'viewer' },
  { id: 'plans', path: '/plans', key: 'm', icon: IconStack2, role: 'viewer' },
  { id: 'activity', path: '/activity', key: 'a', icon: IconHistory, role: 'viewer' },
  { id: 'settings', path: '/settings', key: 's', icon: IconSettings, role: 'viewer' },
  { id: 'setup', path: '/setup', key: 'i', icon: IconRocket, role: 'admin' },
] as const satisfies readonly { id: string; path: string; key: string; icon: unknown; role: Operator['role'] }[];

export type ScreenId = (typeof SCREENS)[number]['id'];
