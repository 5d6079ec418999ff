import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useStats } from '../api/stats.ts';
import { useMay } from '../session/use-session.tsx';
import { useSettings } from '../settings/use-settings.ts';

/** Leads whoever opens a new installation to its set-up: once, and only from the first screen. */
export function FirstRun() {
  const may = useMay();
  return may('admin') ? <Lead /> : null;
}

function Lead() {
  const navigate = useNavigate();
  const isAtStart = useRouterState({ select: ({ location }) => location.pathname === '/' });
  const items = useSettings().data?.items;
  const stats = useStats().data;
  const led = useRef(!isAtStart);
  const value = (key: string) => items?.find((setting) => setting.key === key)?.value;
  const steps = value('setup.steps');
  const isUntouched = value('setup.finished') === false && Array.isArray(steps) && steps.length === 0;
  const isNew = isUntouched && stats !== undefined && stats.users.total === 0;

  useEffect(() => {
    if (led.current || !isNew) return;
    led.current = true;
    void navigate({ to: '/setup' });
  }, [isNew, navigate]);
  return null;
}
