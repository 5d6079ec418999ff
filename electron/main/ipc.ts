/** The one place where `ipcMain` is used: every call is checked before its handler sees it. */
import { ipcMain } from 'electron';
import { type Answer, type Channel, type Input, inputs, type Outputs } from '../contract.ts';
import { isOwnPage } from './pages.ts';

export type Handlers = { [C in Channel]: (input: Input<C>) => Promise<Outputs[C]> };

/** @param isOwnWindow whether the id belongs to the contents of a window that this app opened */
export function answerIpc(handlers: Handlers, isOwnWindow: (webContentsId: number) => boolean): void {
  for (const channel of Object.keys(inputs) as Channel[]) {
    ipcMain.handle(channel, async (event, input: unknown) => {
      const frame = event.senderFrame;
      const isMainFrame = frame !== null && frame.parent === null;
      if (!isMainFrame || !isOwnPage(frame.url) || !isOwnWindow(event.sender.id)) {
        throw new Error('Only the console may ask.');
      }
      return answer(handlers, channel, input);
    });
  }
}

async function answer<C extends Channel>(handlers: Handlers, channel: C, raw: unknown): Promise<Answer<Outputs[C]>> {
  const input = inputs[channel].safeParse(raw);
  if (!input.success) return { ok: false, code: 'bad_input', message: `${channel} was asked with a wrong input.` };
  try {
    return { ok: true, data: await handlers[channel](input.data) };
  } catch (error) {
    return { ok: false, code: 'failed', message: error instanceof Error ? error.message : `${channel} failed.` };
  }
}
