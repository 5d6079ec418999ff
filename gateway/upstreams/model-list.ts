/** Asks an upstream for its models. Certificates are verified, redirects are not followed. */
import type { Agent } from 'undici';
import { type Keyed, type ListedModel, modelListRequest, readModelList } from './kinds.ts';

const LONGEST_ANSWER = 4_000_000;

export interface ModelListTarget extends Keyed {
  /** Without a slash at its end. */
  readonly baseUrl: string;
}

/**
 * @param agent whose connections to use; for upstreams with an authority of their own
 * @returns the answer, whatever its status, its body still to be read or cancelled
 * @throws the connection's error, or a `TimeoutError`
 */
export function askForModels(target: ModelListTarget, timeoutMs: number, agent?: Agent): Promise<Response> {
  const { url, headers } = modelListRequest(target);
  const init = { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs), dispatcher: agent };
  // The types of Node's fetch know only its own copy of undici.
  return fetch(url, init as RequestInit);
}

/** The models of a good answer; null when it is no list. */
export async function modelsIn(response: Response): Promise<ListedModel[] | null> {
  const text = await readText(response);
  try {
    return readModelList(JSON.parse(text));
  } catch {
    return null;
  }
}

async function readText(response: Response): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    // Whoever sends this much sends no list of models.
    if (text.length > LONGEST_ANSWER) return '';
  }
  return text;
}
