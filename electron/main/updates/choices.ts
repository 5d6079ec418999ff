/** What people decided about updates, in a file of the profile. No Electron in here. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type UpdateChoices, updateChoices } from '../../contract.ts';

const DEFAULTS: UpdateChoices = { channel: 'latest', looksByItself: true };

/** A file that is not there, or holds something else, counts as the usual choices: nothing is lost by asking again. */
export function keepUpdateChoices(file: string): { read(): UpdateChoices; write(choices: UpdateChoices): void } {
  return {
    read() {
      try {
        return updateChoices.parse(JSON.parse(readFileSync(file, 'utf8')));
      } catch {
        return DEFAULTS;
      }
    },
    write(choices) {
      const next = `${file}.new`;
      writeFileSync(next, `${JSON.stringify(choices)}\n`);
      renameSync(next, file);
    },
  };
}
