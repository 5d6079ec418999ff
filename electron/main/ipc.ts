/** The one place where `ipcMain` is used: every call is checked before its handler sees it. */
import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import type { ZodType } from 'zod';
import { type Answer, type Channel, type Events, type Input, inputs, type Outputs, type Page } from '../contract.ts';
import { pageOf } from './pages.ts';

export type Handlers = { [C in Channel]: (input: Input<C>) => Promise<Outputs[C]> };

/** @param isOwnWindow whether the id belongs to the contents of a window that this app opened */
export function answerIpc(handlers: Handlers, isOwnWindow: (webContentsId: number) => boolean): void {
  for (const page of Object.keys(inputs) as Page[]) {
    const schemas: Record<string, ZodType> = inputs[page];
    for (const [name, schema] of Object.entries(schemas)) {
      const channel = name as Channel;
      ipcMain.handle(channel, async (event, raw: unknown) => {
        if (!isFrom(event, page) || !isOwnWindow(event.sender.id)) throw new Error(`Only the ${page} may ask.`);
        const input = schema.safeParse(raw);
        if (!input.success)
          return { ok: false, code: 'bad_input', message: `${channel} was asked with a wrong input.` };
        return answer(channel, handlers[channel], input.data as Input<typeof channel>);
      });
    }
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

async function answer<C extends Channel>(
  channel: C,
  handler: Handlers[C],
  input: Input<C>,
): Promise<Answer<Outputs[C]>> {
  try {
    return { ok: true, data: await handler(input) };
  } catch (error) {
    return { ok: false, code: 'failed', message: error instanceof Error ? error.message : `${channel} failed.` };
  }
}
