import type { Client } from '../session/client.ts';

/** Saves what the API answers as a file: the token goes into a header, so that a plain link would not do. */
export async function saveFile(client: Client, path: string): Promise<void> {
  const answer = await client.open(path);
  const named = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = named ?? 'ia-solaris';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
