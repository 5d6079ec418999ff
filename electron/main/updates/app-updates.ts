/** The installed app's updates: whether it has any, where choices are kept, and looking for versions by itself. */
import { join } from 'node:path';
import { app } from 'electron';
import type { UpdateState } from '../../contract.ts';
import type { Handlers } from '../ipc.ts';
import { keepUpdateChoices } from './choices.ts';
import { openUpdater } from './updater.ts';
import { createUpdates, looksNow, type Updates } from './updates.ts';

export interface AppUpdatesOptions {
  /** Folder of the desktop's own files. */
  profile: string;
  /** `off` where somebody else looks after this installation (SOLARIS_UPDATES). */
  setting: string | undefined;
  /** Drains and closes the gateway. */
  drain(): Promise<void>;
  /** Starts the gateway again. */
  resume(): Promise<void>;
  changed(state: UpdateState): void;
}

export type UpdateHandlers = Pick<Handlers, Extract<keyof Handlers, `updates.${string}`>>;

/** Not at once: the start belongs to the gateway. */
const FIRST_LOOK_MS = 60_000;
const LOOK_EVERY_MS = 24 * 3_600_000;

export function createAppUpdates(options: AppUpdatesOptions): { handlers: UpdateHandlers; stop(): void } {
  const { profile, setting, drain, resume, changed } = options;
  const off = app.isPackaged ? 'managed' : 'sources';
  const updates = createUpdates({
    version: app.getVersion(),
    updater: app.isPackaged && setting !== 'off' ? openUpdater : null,
    off,
    choices: keepUpdateChoices(join(profile, 'updates.json')),
    drain,
    resume,
    changed,
    now: Date.now,
  });
  return { handlers: handlersOf(updates), stop: lookByItself(updates) };
}

function handlersOf(updates: Updates): UpdateHandlers {
  return {
    'updates.state': async () => updates.state(),
    'updates.check': () => updates.check(),
    'updates.download': () => updates.download(),
    'updates.cancel': () => updates.cancel(),
    'updates.install': () => updates.install(),
    'updates.choose': (choices) => updates.choose(choices),
  };
}

/** Looks now and then, if people want that. */
function lookByItself(updates: Updates): () => void {
  const look = () => {
    if (looksNow(updates.state())) void updates.check();
  };
  const first = setTimeout(look, FIRST_LOOK_MS);
  const later = setInterval(look, LOOK_EVERY_MS);
  for (const timer of [first, later]) timer.unref();
  return () => {
    clearTimeout(first);
    clearInterval(later);
  };
}
