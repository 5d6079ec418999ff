import { useState } from 'react';
import type { Machine } from '../../../gateway/contract/machine.ts';
import { useSave } from '../ui/use-save.ts';
import { LIBRECHAT_RUNS, type LibrechatRuns, listenerFor } from './librechat-config.ts';
import { useSettings } from './use-settings.ts';

export interface Librechat {
  readonly runs: LibrechatRuns;
  /** Where the gateway has to listen besides; null where nothing is needed. */
  readonly address: string | null;
  choose(runs: LibrechatRuns): void;
  chooseAddress(address: string): void;
}

const KEY = 'setup.librechat';

/** How LibreChat runs: chosen once, and kept by the gateway for the next time that somebody looks. */
export function useLibrechatRuns(machine: Machine): Librechat {
  const setting = useSettings().data?.items.find(({ key }) => key === KEY);
  const saving = useSave({ stale: ['settings'] });
  const [chosen, setChosen] = useState<LibrechatRuns | null>(null);
  const [address, setAddress] = useState<string | null>(null);
  const stored = LIBRECHAT_RUNS.find((runs) => runs === setting?.value);
  const runs = chosen ?? stored ?? 'npm';
  return {
    runs,
    address: listenerFor(machine, runs) === null ? null : (address ?? listenerFor(machine, runs)),
    choose(next) {
      setChosen(next);
      setAddress(null);
      if (setting && !setting.locked) {
        void saving.save({ path: '/api/admin/settings', call: { method: 'PUT', body: { [KEY]: next } } });
      }
    },
    chooseAddress: setAddress,
  };
}
