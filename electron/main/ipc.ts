/** The one place where `ipcMain` is used: every call is checked before its handler sees it. */
import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import type { ZodType } from 'zod';
import { type Answer, type Channel, type Events, type Input, inputs, type Outputs, type Page } from '../contract.ts';
import { pageOf } from './pages.ts';

export type Handlers = { [C in Channel]: (input: Input<C>) => Promise<Outputs[C]> };
export type PageHandlers<P extends Page> = Pick<Handlers, Extract<keyof (typeof inputs)[P], Channel>>;

/**
 * Answers all channels of a page.
 *
 * @param isOwnWindow whether the id belongs to the contents of a window that this app opened for that page
 */
export function answerIpc<P extends Page>(
  page: P,
  handlers: PageHandlers<P>,
  isOwnWindow: (webContentsId: number) => boolean,
): void {
  const schemas: Record<string, ZodType> = inputs[page];
  const byName = handlers as Record<string, (input: unknown) => Promise<unknown>>;
  for (const [channel, schema] of Object.entries(schemas)) {
    ipcMain.handle(channel, async (event, raw: unknown) => {
      if (!isFrom(event, page) || !isOwnWindow(event.sender.id)) throw new Error(`Only the ${page} may ask.`);
      const input = schema.safeParse(raw);
      if (!input.success) return { ok: false, code: 'bad_input', message: `${channel} was asked with a wrong input.` };
      return answer(channel, byName[channel], input.data);
    });
  }
}

/** Tells the page in `contents` something it did not ask for. A page that is gone is told nothing. */
export function tell<E extends keyof Events>(contents: WebContents, event: E, told: Events[E]): void {
  if (!contents.isDestroyed()) contents.send(event, told);
}

/** Frames inside a page are not the page, and a frame that is gone has no address to trust. */
function isFrom({ senderFrame }: IpcMainInvokeEvent, page: Page): boolean {
  return senderFrame !== null && senderFrame.parent === null && pageOf(senderFrame.url) === page;
}

async function answer(
  channel: string,
  handler: ((input: unknown) => Promise<unknown>) | undefined,
  input: unknown,
): Promise<Answer<unknown>> {
  try {
    return { ok: true, data: await handler?.(input) };
  } catch (error) {
    return { ok: false, code: 'failed', message: error instanceof Error ? error.message : `${channel} failed.` };
  }
}
