import { useState } from 'react';
import { useSession } from '../session/use-session.tsx';
import { type Explained, explainFailure } from '../ui/explain-failure.ts';
import { tellFailed } from '../ui/toasts.tsx';
import type { Call } from './http.ts';
import { saveFile } from './save-file.ts';

/**
 * Fetches a file with the session's token and hands it to the browser under the name that the gateway gave it.
 *
 * @param tell says why it was refused; a toast by default
 */
export function useDownload(tell: (failure: Explained) => void = tellFailed) {
  const session = useSession();
  const [isBusy, setBusy] = useState(false);

  /** @returns whether the file was handed over */
  const download = async (path: string, call: Call, fallbackName: string): Promise<boolean> => {
    setBusy(true);
    try {
      const response = await session.download(path, call);
      const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
      saveFile(await response.blob(), named ?? fallbackName);
      return true;
    } catch (error) {
      tell(explainFailure(error, true));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { download, isBusy };
}
