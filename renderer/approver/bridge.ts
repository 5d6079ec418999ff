/** What the app's own side answers to this page. */
import type { Answer, ApproverApi } from '../../electron/contract.ts';

declare global {
  interface Window {
    /** In the approver's window only. */
    approver?: ApproverApi;
  }
}

/** The functions of the app. @throws Error outside of the app's own window */
export function bridge(): ApproverApi {
  if (!window.approver) throw new Error('This page works in the desktop app only.');
  return window.approver;
}

/** What was answered. @throws Error with the technical cause */
export async function answered<T>(answer: Promise<Answer<T>>): Promise<T> {
  const given = await answer;
  if (!given.ok) throw new Error(given.message);
  return given.data;
}
