/** The only bridge into the page: named functions, one for each channel. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Answer, Channel, DesktopApi, Input, Outputs } from '../contract.ts';

function ask<C extends Channel>(channel: C, input: Input<C>): Promise<Answer<Outputs[C]>> {
  return ipcRenderer.invoke(channel, input);
}

const desktop: DesktopApi = {
  gatewayState: () => ask('gateway.state', undefined),
};

contextBridge.exposeInMainWorld('desktop', desktop);
