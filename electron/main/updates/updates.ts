/**
 * Updates with consent: the app may look for a version, but fetches and installs one only when a person asked for
 * exactly that. No Electron in here: the updater is given.
 */
import type { Release, UpdateChoices, UpdateState, UpdateStep } from '../../contract.ts';
import { type ReleaseInfo, releaseOf } from './release-notes.ts';

/** What is used of electron-updater. */
export interface Updater {
  /** The newest version of the channel; null when it is not newer than this one. */
  check(channel: UpdateChoices['channel']): Promise<ReleaseInfo | null>;
  /** Fetches what `check` found and compares it with the checksum of the release. */
  download(onProgress: (progress: { percent: number; bytesPerSecond: number }) => void): Promise<void>;
  cancelDownload(): void;
  /** Ends the app and installs. An installer that cannot be started says so by `onFailure`, maybe after the return. */
  quitAndInstall(onFailure: (error: Error) => void): void;
}

export interface UpdatesOptions {
  /** Of this app. */
  version: string;
  /** null where the app cannot update itself, with the reason in `off`. Made on first use: its library is large. */
  updater: (() => Promise<Updater>) | null;
  off?: 'sources' | 'managed';
  choices: { read(): UpdateChoices; write(choices: UpdateChoices): void };
  /** Drains and closes the gateway: no exchange may be cut by an installer. */
  drain(): Promise<void>;
  /** Starts the gateway again where nothing could be installed. */
  resume(): Promise<void>;
  changed(state: UpdateState): void;
  /** Epoch milliseconds. */
  now(): number;
}

export interface Updates {
  state(): UpdateState;
  check(): Promise<UpdateState>;
  /** Resolves when the download has begun; its end is told by `changed`. */
  download(): Promise<UpdateState>;
  cancel(): Promise<UpdateState>;
  install(): Promise<UpdateState>;
  choose(choices: Partial<UpdateChoices>): Promise<UpdateState>;
}

export function createUpdates(options: UpdatesOptions): Updates {
  const { version, changed } = options;
  let choices = options.choices.read();
  let step: UpdateStep = options.updater ? { kind: 'idle' } : { kind: 'off', why: options.off ?? 'managed' };
  let updater: Promise<Updater> | null = null;

  const state = (): UpdateState => ({ version, choices, step });
  const go = (next: UpdateStep): UpdateState => {
    step = next;
    changed(state());
    return state();
  };
  const fail = (during: 'check' | 'download' | 'install', error: unknown): UpdateState =>
    go({ kind: 'failed', during, message: error instanceof Error ? error.message : String(error) });
  const open = (): Promise<Updater> => {
    if (!options.updater) throw new Error('This app does not update itself.');
    updater ??= options.updater();
    return updater;
  };

  const fetchRelease = async (release: Release): Promise<void> => {
    try {
      const source = await open();
      await source.download(({ percent, bytesPerSecond }) => {
        if (step.kind !== 'downloading') return;
        go({ kind: 'downloading', release, percent: Math.floor(percent), bytesPerSecond: Math.round(bytesPerSecond) });
      });
      if (step.kind === 'downloading') go({ kind: 'ready', release });
    } catch (error) {
      // Whoever cancelled has gone back to `available` already.
      if (step.kind === 'downloading') fail('download', error);
    }
  };

  return {
    state,
    async check() {
      if (step.kind !== 'idle' && step.kind !== 'current' && step.kind !== 'available' && step.kind !== 'failed') {
        return state();
      }
      go({ kind: 'checking' });
      try {
        const found = await (await open()).check(choices.channel);
        return go(
          found ? { kind: 'available', release: releaseOf(found) } : { kind: 'current', checkedAt: options.now() },
        );
      } catch (error) {
        return fail('check', error);
      }
    },
    async download() {
      if (step.kind !== 'available') return state();
      const { release } = step;
      const begun = go({ kind: 'downloading', release, percent: 0, bytesPerSecond: 0 });
      void fetchRelease(release);
      return begun;
    },
    async cancel() {
      if (step.kind !== 'downloading') return state();
      const { release } = step;
      go({ kind: 'available', release });
      (await open()).cancelDownload();
      return state();
    },
    async install() {
      if (step.kind !== 'ready') return state();
      const { release } = step;
      go({ kind: 'installing', release });
      const giveUp = (error: unknown) => {
        if (step.kind !== 'installing') return;
        fail('install', error);
        void options.resume();
      };
      try {
        const source = await open();
        await options.drain();
        source.quitAndInstall(giveUp);
      } catch (error) {
        giveUp(error);
      }
      return state();
    },
    async choose(wanted) {
      const before = choices.channel;
      choices = { ...choices, ...wanted };
      options.choices.write(choices);
      // What one channel offered says nothing of the other.
      const isStale = choices.channel !== before && (step.kind === 'available' || step.kind === 'current');
      return go(isStale ? { kind: 'idle' } : step);
    },
  };
}

/** Whether the app may look by itself: people want it, and nothing that they began or have not seen is overwritten. */
export function looksNow({ choices, step }: UpdateState): boolean {
  if (!choices.looksByItself) return false;
  return step.kind === 'idle' || step.kind === 'current' || (step.kind === 'failed' && step.during === 'check');
}
