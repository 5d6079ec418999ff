/** Approving offline in the app: its window, its files, and what the system asks it to open. */
import type { PacketOutcome } from '../../contract.ts';
import { jsonFile } from '../files/json-file.ts';
import { keychain } from '../keychain.ts';
import type { Words } from '../words/words.ts';
import { type ApproverHandlers, approverFiles, createApprover } from './approver.ts';
import { keepApproverKey } from './approver-key.ts';
import { createApproverWindow } from './approver-window.ts';
import { trustedKeys } from './trusted-keys.ts';

export interface AppApprover {
  readonly handlers: ApproverHandlers;
  owns(webContentsId: number): boolean;
  /** Shows the window. @param packet a file to open in it */
  show(packet: string | null): void;
}

export interface AppApproverOptions {
  /** Folder of the desktop's own files. */
  profile: string;
  /** Path of the built preload script. */
  preload: string;
  say(): Words;
  log(line: string): void;
  onClosed(): void;
}

export function createAppApprover({ profile, preload, say, log, onClosed }: AppApproverOptions): AppApprover {
  const files = approverFiles(profile);
  const window = createApproverWindow(preload, say, onClosed);
  const { handlers, open } = createApprover({
    keys: keepApproverKey(keychain, files.key),
    trusted: jsonFile(files.trusted, trustedKeys, {}, log),
    chooseFile: window.chooseFile,
    chooseTarget: window.chooseTarget,
    now: Date.now,
  });
  let opening: Promise<PacketOutcome | null> = Promise.resolve(null);
  return {
    handlers: {
      ...handlers,
      // A page that is just loading asks before the file has been read.
      async 'approver.opened'(input) {
        await opening;
        return handlers['approver.opened'](input);
      },
    },
    owns: window.owns,
    show(packet) {
      if (packet !== null) {
        opening = open(packet);
        void opening.then((outcome) => outcome && window.tell('packet.opened', outcome));
      }
      window.show();
    },
  };
}
