/** Commands and flags. Each command's code is loaded when it is called, so that help and version are instant. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ownCommand, withOwnCommand } from '../ops/own-command.ts';
import { readVersion } from '../ops/own-files.ts';
import { EXIT, type ExitCode } from '../ops/start-error.ts';
import { type CliHost, explainError } from './host.ts';
import { addPacketCommands } from './packets-commands.ts';

const DATA_DIR = ['--data-dir <folder>', 'where database, key and logs lie (SOLARIS_DATA_DIR)'] as const;
const CONFIG = [
  '--config <file>',
  'JSON file with settings, upstreams, keys, plans, users, operators (SOLARIS_CONFIG)',
] as const;
const JSON_OUTPUT = ['--json', 'print JSON, for scripts'] as const;

/**
 * Runs one command line.
 *
 * @param args without the program's own name
 * @returns the exit code: 0, 1, 2 usage, 69 unavailable, 78 configuration
 */
export async function runProgram(args: readonly string[], host: CliHost): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = build(host, (result) => {
    code = result;
  });
  const [first] = args;
  if (
    first !== undefined &&
    !first.startsWith('-') &&
    first !== 'help' &&
    !program.commands.some((known) => known.name() === first)
  ) {
    host.printError(`There is no command "${first}". Run with --help to see what is possible.`);
    return EXIT.usage;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return explainError(error, host);
  }
}

function build(host: CliHost, finish: (code: ExitCode) => void): Command {
  const program = new Command(ownCommand())
    .description(
      'Metering gateway for teams that run LibreChat: it knows who used what, and who may still use how much.',
    )
    .configureOutput({
      writeOut: (text) => host.print(text.trimEnd()),
      writeErr: (text) => host.printError(text.trimEnd()),
    })
    .exitOverride()
    .showHelpAfterError('Run with --help to see what is possible.')
    .addHelpText('after', withOwnCommand(EXAMPLES));
  const command = (name: string, summary: string, examples: string) =>
    program
      .command(name)
      .description(summary)
      .addHelpText('after', withOwnCommand(`\nExamples:\n${examples}`));

  program
    .command('serve', { isDefault: true })
    .description('Run the gateway, the API and the console (the default command).')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option('--host <address>', 'address to listen at (HOST; default 127.0.0.1)')
    .option('--port <number>', 'port to listen at (PORT; default 5000, the next free one on the very first start)')
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent (LOG_LEVEL; default info)')
    .option('--demo', 'fill a throw-away database with a living team')
    .option('--json-logs', 'log as JSON to standard output too')
    .addHelpText(
      'after',
      withOwnCommand(
        '\nExamples:\n  ia-solaris\n  ia-solaris serve --port 8080 --data-dir /var/lib/ia-solaris\n  ia-solaris serve --demo',
      ),
    )
    .action(async (flags) => finish(await (await import('./serve.ts')).serve(flags, host)));

  command(
    'status',
    'Tell whether the gateway runs, where, and how it is.',
    '  ia-solaris status\n  ia-solaris status --json',
  )
    .option(...DATA_DIR)
    .option(...JSON_OUTPUT)
    .action(async (flags) => finish(await (await import('./status.ts')).status(flags, host)));

  command(
    'doctor',
    'Check configuration, database, disk, ports, upstreams, e-mail and LibreChat, and say what to do.',
    '  ia-solaris doctor\n  ia-solaris doctor --librechat ~/LibreChat/librechat.yaml',
  )
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option('--librechat <file>', "LibreChat's configuration, librechat.yaml")
    .option(...JSON_OUTPUT)
    .action(async (flags) => finish(await (await import('./doctor.ts')).doctor(flags, host)));

  command(
    'verify',
    'Prove that balances are the sums of their entries and that the audit log is whole.',
    '  ia-solaris verify\n  ia-solaris verify --file /backups/ia-solaris-2026-11-20.db',
  )
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option('--file <database>', 'check this file, such as a backup, instead of the data directory')
    .option(...JSON_OUTPUT)
    .action(async (flags) => finish(await (await import('./verify.ts')).verify(flags, host)));

  command(
    'backup',
    'Copy all data while it is in use, then prove that the copy can be restored.',
    '  ia-solaris backup\n  ia-solaris backup /mnt/backups/ia-solaris.solaris-backup\n  ia-solaris backup --with-key /media/safe/all.solaris-backup',
  )
    .argument('[file]', 'where to write the copy (default: a dated file in the data directory)')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option('--with-key', 'put the key that opens the secrets into the file too: then it alone brings everything back')
    .option(...JSON_OUTPUT)
    .action(async (file, flags) => finish(await (await import('./backup.ts')).backup(file, flags, host)));

  command(
    'restore',
    'Prove a backup, then put it in the place of the data, which is kept beside it. The gateway must not run.',
    '  ia-solaris restore ~/ia-solaris-2026-11-20T03-00-00.solaris-backup\n  ia-solaris restore --data-dir /var/lib/ia-solaris all.solaris-backup',
  )
    .argument('<file>', 'a file that "backup" made')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option('--without-secrets', 'also when the key that opens its secrets is lost: they must be entered again')
    .action(async (file, flags) => finish(await (await import('./restore.ts')).restore(file, flags, host)));

  command(
    'migrate',
    'Move all data to Postgres or back, and prove that it arrived. The gateway must not run. Interrupted, it goes on where it was.',
    '  ia-solaris migrate --to postgres://solaris:secret@db.example.com:5432/solaris\n  ia-solaris migrate --to sqlite:/var/lib/ia-solaris/ia-solaris.db',
  )
    .requiredOption('--to <database>', 'postgres://… of an empty database, or sqlite:/path/of/a/new/file.db')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option(...JSON_OUTPUT)
    .action(async (flags) => finish(await (await import('./migrate.ts')).migrate(flags, host)));

  command(
    'export',
    'Write usage records, users, the ledger or the audit log as CSV or JSON, also while the gateway runs.',
    '  ia-solaris export usage > usage.csv\n  ia-solaris export ledger --format json --output ledger.json',
  )
    .argument('<what>', 'usage, users, ledger or audit')
    .option('--format <format>', 'csv or json', 'csv')
    .option('--output <file>', 'where to write it (default: standard output)')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .action(async (what, flags) => finish(await (await import('./export.ts')).exportRows(what, flags, host)));

  command(
    'reset-admin',
    'Give an operator a new password, once shown, and the role owner; also makes the owner where there is none. Open sessions end.',
    '  ia-solaris reset-admin\n  ia-solaris reset-admin --email owner@example.com',
  )
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option('--email <address>', 'whose password (default: the first owner)')
    .option('--new', 'make another owner with this e-mail, where nobody has it')
    .action(async (flags) => finish(await (await import('./reset-admin.ts')).resetAdmin(flags, host)));

  addPacketCommands(program, host, finish);

  command('version', 'Print the version.', '  ia-solaris version').action(() =>
    host.print(`IA Solaris ${readVersion()} (Node.js ${process.version})`),
  );
  for (const one of [program, ...program.commands].flatMap((parent) => [parent, ...parent.commands])) refuseEmpty(one);
  return program;
}

/** A variable that a script did not set becomes an empty value, which means one place here and another there. */
function refuseEmpty(command: Command): void {
  for (const option of command.options) {
    if (!option.required || option.parseArg) continue;
    option.argParser((value: string) => {
      if (value.trim() === '') throw new InvalidArgumentError('It is empty.');
      return value;
    });
  }
}

const EXAMPLES = `
Examples:
  ia-solaris                              run with what is configured
  ia-solaris serve --demo                 look around with an invented team
  ia-solaris doctor                       find out what is wrong

Exit codes: 0 good, 1 failed, 2 usage, 69 unavailable, 78 configuration.
Settings come from flags, the environment, .env in the data directory, the config file, and the console, in this order.`;
