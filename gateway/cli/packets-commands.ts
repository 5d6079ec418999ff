/** The command `packets` and its own commands: approvals on a machine without network. */
import type { Command } from 'commander';
import { withOwnCommand } from '../ops/own-command.ts';
import type { ExitCode } from '../ops/start-error.ts';
import type { CliHost } from './host.ts';

const DATA_DIR = ['--data-dir <folder>', 'where the database lies (SOLARIS_DATA_DIR)'] as const;
const CONFIG = ['--config <file>', 'JSON file with settings, as the gateway has it (SOLARIS_CONFIG)'] as const;
const PASSPHRASE = ['--passphrase-file <file>', 'file with the passphrase of the key'] as const;
const JSON_OUTPUT = ['--json', 'print JSON, for scripts'] as const;
const gather = (text: string, before: string[] = []) => [...before, text];

const EXAMPLES = `
On the approver's machine, once:       ia-solaris packets keygen approver.key
On the gateway's machine, once:        ia-solaris packets enroll --operator ana@example.com --public-key … --fingerprint "…"
On the gateway's machine:              ia-solaris packets export requests.json
On the approver's machine:             ia-solaris packets show requests.json
                                       ia-solaris packets decide requests.json --key approver.key --approve 1042 --reject "1043=why"
On the gateway's machine:              ia-solaris packets import requests.decisions.json`;

export function addPacketCommands(program: Command, host: CliHost, finish: (code: ExitCode) => void): void {
  const packets = program
    .command('packets')
    .description('Decide on credit requests on a machine without network: export, decide and sign, import.')
    .addHelpText('after', withOwnCommand(EXAMPLES));
  const approver = () => import('./packets-approver.ts');
  const owner = () => import('./packets-owner.ts');

  packets
    .command('keygen <file>')
    .description("Make an approver's key. Needs no gateway.")
    .option(...PASSPHRASE)
    .action(async (file, flags) => finish((await approver()).keygen(file, flags, host)));
  packets
    .command('public <file>')
    .description('Print the public half of a key and its fingerprint. Needs no gateway.')
    .option(...PASSPHRASE)
    .action(async (file, flags) => finish((await approver()).showKey(file, flags, host)));
  packets
    .command('show <file>')
    .description('Print the requests of a packet. Needs no gateway.')
    .option(...JSON_OUTPUT)
    .action(async (file, flags) => finish((await approver()).showPacket(file, flags, host)));
  packets
    .command('decide <file>')
    .description('Decide on requests of a packet and sign the decisions. Needs no gateway.')
    .requiredOption('--key <file>', "the approver's key")
    .option(...PASSPHRASE)
    .option('--approve <number[=tokens]>', 'approve a request, or another amount; may be given again', gather)
    .option('--reject <number=reason>', 'reject a request; may be given again', gather)
    .option('--note <number=text>', 'what the user is told with an approval; may be given again', gather)
    .option('--out <file>', 'where to write the decisions (default: beside the packet)')
    .action(async (file, flags) => finish((await approver()).decideOffline(file, flags, host)));

  packets
    .command('export <file>')
    .description('Write the requests that wait into a signed packet.')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option('--hours <number>', 'how long decisions are taken (default 72)')
    .option('--only <number>', 'only this request; may be given again', gather)
    .action(async (file, flags) => finish(await (await owner()).exportCommand(file, flags, host)));
  packets
    .command('import <file>')
    .description('Apply a file of decisions, once.')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option(...JSON_OUTPUT)
    .action(async (file, flags) => finish(await (await owner()).importCommand(file, flags, host)));
  packets
    .command('enroll')
    .description("Enrol an approver's key, after its fingerprint was compared.")
    .requiredOption('--operator <e-mail>', 'who signs with it')
    .requiredOption('--public-key <text>', 'the public key')
    .requiredOption('--fingerprint <text>', 'the fingerprint, as the approver reads it out')
    .option('--name <text>', 'what to call the key')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .action(async (flags) => finish(await (await owner()).enrolCommand(flags, host)));
  packets
    .command('revoke <fingerprint>')
    .description('Revoke a key, at once and for good.')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .action(async (fingerprint, flags) => finish(await (await owner()).revokeCommand(fingerprint, flags, host)));
  packets
    .command('keys')
    .description('List the keys of approvers.')
    .option(...DATA_DIR)
    .option(...CONFIG)
    .option(...JSON_OUTPUT)
    .action(async (flags) => finish(await (await owner()).keysCommand(flags, host)));
}
