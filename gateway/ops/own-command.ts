/**
 * What people type to run this program's commands, in texts that tell them to: as it was started itself. `npm start` says
 * so in SOLARIS_COMMAND, because a clone has no `ia-solaris` on the path.
 */
const NAME = 'ia-solaris';
const AS_A_COMMAND = /(?<![\w/.-])ia-solaris(?=\s|$)/gm;

/** How the program is called: `ia-solaris`, or `npm start --`. */
export function ownCommand(): string {
  // biome-ignore lint/style/noProcessEnv: said by the script that started this process, and no setting
  return process.env.SOLARIS_COMMAND ?? NAME;
}

/** The text with each command in it as it has to be typed: `run "ia-solaris verify"` → `run "npm start -- verify"`. */
export function withOwnCommand(text: string): string {
  return text.replaceAll(AS_A_COMMAND, ownCommand());
}
