import { useSettings } from '../settings/use-settings.ts';

/** Whether the set-up is still offered: until it was finished. */
export function useIsSetupOffered(): boolean {
  const setting = useSettings().data?.items.find(({ key }) => key === 'setup.finished');
  return setting?.value === false;
}
