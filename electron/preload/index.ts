/** The only bridge into a page: named functions, one for each channel and each event. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Answer, ApproverApi, Channel, DesktopApi, Events, Input, Outputs, Unsubscribe } from '../contract.ts';

function ask<C extends Channel>(channel: C, input: Input<C>): Promise<Answer<Outputs[C]>> {
  return ipcRenderer.invoke(channel, input);
}

/** The listener gets what was told, never Electron's own event: that would lead to the sender. */
function hear<E extends keyof Events>(event: E, listener: (told: Events[E]) => void): Unsubscribe {
  const relay = (_event: unknown, told: Events[E]) => listener(told);
  ipcRenderer.on(event, relay);
  return () => void ipcRenderer.off(event, relay);
}

const desktop: DesktopApi = {
  gatewayState: () => ask('gateway.state', undefined),
  retryGateway: () => ask('gateway.retry', undefined),
  retryGatewayElsewhere: () => ask('gateway.retryElsewhere', undefined),
  preferences: () => ask('preferences.read', undefined),
  changePreferences: (changes) => ask('preferences.change', changes),
  tellAppearance: (appearance) => ask('appearance.tell', appearance),
  openDataFolder: () => ask('data.open', undefined),
  copyDiagnostics: () => ask('diagnostics.copy', undefined),
  onGatewayChanged: (listener) => hear('gateway.changed', listener),
  onNavigate: (listener) => hear('navigate', listener),
  updateState: () => ask('updates.state', undefined),
  checkForUpdate: () => ask('updates.check', undefined),
  downloadUpdate: () => ask('updates.download', undefined),
  cancelUpdate: () => ask('updates.cancel', undefined),
  installUpdate: () => ask('updates.install', undefined),
  chooseUpdates: (choices) => ask('updates.choose', choices),
  onUpdateChanged: (listener) => hear('updates.changed', listener),
};

const approver: ApproverApi = {
  key: () => ask('approver.key', undefined),
  makeKey: () => ask('approver.makeKey', undefined),
  open: () => ask('approver.open', undefined),
  opened: () => ask('approver.opened', undefined),
  trust: (digest) => ask('approver.trust', { digest }),
  decide: (digest, decisions) => ask('approver.decide', { digest, decisions }),
  onOpened: (listener) => hear('packet.opened', listener),
};

// Each page sees its own functions only. The main process refuses the others all the same.
if (location.host === 'approver') contextBridge.exposeInMainWorld('approver', approver);
else contextBridge.exposeInMainWorld('desktop', desktop);
