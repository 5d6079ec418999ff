import { useMailState } from '../api/mail.ts';
import { useUpstreams } from '../api/plans.ts';
import { useMe } from '../safe-mode/use-safe-mode.ts';
import { useSettings } from '../settings/use-settings.ts';
import { useSave } from '../ui/use-save.ts';
import { leave, type SetupFacts, type StepId } from './setup-steps.ts';
import { useFirstRequest } from './use-first-request.ts';

/** The name that the first start gives an owner whom nobody named. */
const UNNAMED_OWNER = 'admin@localhost';

/** How far the set-up is, and how it is carried on. Everything of it is kept by the gateway. */
export function useSetup() {
  const settings = useSettings();
  const upstreams = useUpstreams();
  const me = useMe();
  const mail = useMailState();
  const first = useFirstRequest();
  const saving = useSave({ stale: ['settings'] });

  const setting = (key: string) => settings.data?.items.find((one) => one.key === key);
  const steps = setting('setup.steps');
  const left = Array.isArray(steps?.value) ? steps.value : [];
  const isReady = [settings, upstreams, me, mail, first].every(({ data }) => data !== undefined);
  const facts: SetupFacts | null = isReady
    ? {
        left,
        done: {
          upstream: upstreams.data?.items.some(({ kind, enabled }) => kind !== 'demo' && enabled) ?? false,
          librechat: first.data !== null,
          administrator: me.data?.operator.email !== UNNAMED_OWNER,
          mail: mail.data?.configured ?? false,
        },
      }
    : null;
  const put = (body: Record<string, unknown>) =>
    saving.save({ path: '/api/admin/settings', call: { method: 'PUT', body } });
  return {
    query: {
      data: facts ?? undefined,
      error: settings.error ?? upstreams.error ?? me.error ?? mail.error ?? first.error,
      refetch: () => Promise.all([settings, upstreams, me, mail, first].map((one) => one.refetch())),
    },
    failure: saving.failure,
    busy: saving.busy,
    /** @returns whether the gateway has noted it */
    async leaveStep(step: StepId, skipped: boolean): Promise<boolean> {
      if (steps?.locked) return true;
      return (await put({ 'setup.steps': leave(left, step, skipped) })) !== undefined;
    },
    async finish(): Promise<boolean> {
      if (setting('setup.finished')?.locked) return true;
      return (await put({ 'setup.finished': true })) !== undefined;
    },
  };
}
