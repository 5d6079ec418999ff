import { useTranslation } from 'react-i18next';
import type { UpstreamTest } from '../../../gateway/contract/upstreams.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { explainFailure } from '../ui/explain-failure.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';

/** Asks an upstream that was just saved for its models, and tells what came of it wherever the operator is by then. */
export function useUpstreamTest(): (upstream: { id: string; name: string }) => Promise<void> {
  const { t } = useTranslation('settings');
  const { duration } = useFormat();
  const session = useSession();
  return async ({ id, name }) => {
    const toast = `upstream-test/${id}`;
    try {
      const { ok, durationMs, models, problem } = await session.call<UpstreamTest>(`/api/admin/upstreams/${id}/test`, {
        method: 'POST',
      });
      if (ok) {
        const said = t('upstreams.testGood', { count: models.length, time: duration(durationMs) });
        tellDone({ message: t('upstreams.tested', { name, said }) });
        return;
      }
      const next = problem ? refusalWords(problem, 'upstream') : t('upstreams.testBad');
      tellFailed({ id: toast, title: t('upstreams.testFailed', { name }), next });
    } catch (error) {
      tellFailed({ id: toast, ...explainFailure(error) });
    }
  };
}
