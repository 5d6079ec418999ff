/** `packets keygen|show|decide`: what an approver does on a machine of their own, without gateway, database or network. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { LONGEST, MOST_TOKENS } from '../contract/bounds.ts';
import type { PacketDecision, PacketRequest } from '../contract/packets.ts';
import { numberFrom, ticketName } from '../credits/price.ts';
import { systemClock } from '../ops/clock.ts';
import { ConfigError, EXIT, type ExitCode, UsageError } from '../ops/start-error.ts';
import { type OpenedPacket, openPacket, PacketError, sealDecisions } from '../packets/files.ts';
import {
  fingerprintOf,
  type KeyPair,
  newKeyPair,
  privateKeyPem,
  readable,
  readPrivateKey,
} from '../packets/signing.ts';
import type { CliHost } from './host.ts';
import { packetText } from './packets-text.ts';

export interface KeyFlags {
  passphraseFile?: string;
}

export interface DecideFlags extends KeyFlags {
  key: string;
  out?: string;
  /** `1042` or `1042=250000`. */
  approve?: string[];
  /** `1042=reason`. */
  reject?: string[];
  /** `1042=text`, told to the user along with an approval. */
  note?: string[];
}

/** Makes a key, and prints what the owner needs to enrol it. */
export function keygen(file: string, flags: KeyFlags, host: CliHost): ExitCode {
  if (existsSync(file))
    throw new ConfigError([`${file} exists already. A key is never overwritten: choose another name.`]);
  const { privateKey, publicKey } = newKeyPair();
  writeFileSync(file, privateKeyPem(privateKey, passphraseOf(flags)), { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  host.print(`Key          ${file}  (keep it to yourself)`);
  printPublic(publicKey, host);
  return EXIT.ok;
}

/** Prints the public half of a key again. */
export function showKey(file: string, flags: KeyFlags, host: CliHost): ExitCode {
  printPublic(readKey(file, flags).publicKey, host);
  return EXIT.ok;
}

/** Prints the requests of a packet. */
export function showPacket(file: string, flags: { json?: boolean }, host: CliHost): ExitCode {
  const packet = readPacket(file);
  host.print(flags.json ? JSON.stringify(packet.payload) : packetText(packet, systemClock.now()));
  return EXIT.ok;
}

/** Decides on requests of a packet and signs that. Requests that are not named stay undecided. */
export function decideOffline(file: string, flags: DecideFlags, host: CliHost): ExitCode {
  const packet = readPacket(file);
  const now = systemClock.now();
  if (now >= packet.payload.expiresAt) {
    throw new ConfigError([
      `The packet was good until ${new Date(packet.payload.expiresAt).toISOString()}. Ask for a new one.`,
    ]);
  }
  const decisions = readDecisions(packet.payload.requests, flags);
  const key = readKey(flags.key, flags);
  const out = flags.out ?? file.replace(/(\.json)?$/, '.decisions.json');
  if (existsSync(out)) throw new ConfigError([`${out} exists already. Name another with --out.`]);
  const { installation, nonce } = packet.payload;
  const payload = { installation, nonce, packetDigest: packet.digest, decidedAt: now, decisions };
  writeFileSync(out, `${JSON.stringify(sealDecisions(payload, key))}\n`, { flag: 'wx' });
  for (const decision of decisions) {
    const request = packet.payload.requests.find(({ id }) => id === decision.id);
    const what = decision.decision === 'approve' ? `approved: ${decision.amount} tokens` : 'rejected';
    host.print(`${ticketName(request?.number ?? 0)}  ${what}`);
  }
  host.print(`Signed by    ${readable(fingerprintOf(key.publicKey))}`);
  host.print(`Written to   ${out}  (bring it back, and import it there)`);
  return EXIT.ok;
}

function readDecisions(requests: readonly PacketRequest[], flags: DecideFlags): PacketDecision[] {
  const problems: string[] = [];
  const decisions = new Map<string, PacketDecision>();
  const notes = new Map((flags.note ?? []).map((text) => split(text)));
  const add = (text: string, make: (request: PacketRequest, value: string | null) => PacketDecision | string) => {
    const [name, value] = split(text);
    const number = numberFrom(name);
    const request = requests.find((one) => one.number === number);
    const decision = request ? make(request, value) : `${name} is not in this packet.`;
    if (typeof decision === 'string') problems.push(decision);
    else if (decisions.has(decision.id)) problems.push(`${name} is decided on twice.`);
    else decisions.set(decision.id, decision);
  };
  for (const text of flags.approve ?? []) add(text, (request, value) => approval(request, value, notes));
  for (const text of flags.reject ?? []) add(text, rejection);
  if (decisions.size === 0 && problems.length === 0) {
    problems.push('Nothing is decided. Name requests with --approve and --reject.');
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return [...decisions.values()];
}

function approval(
  request: PacketRequest,
  value: string | null,
  notes: ReadonlyMap<string, string | null>,
): PacketDecision | string {
  const { id, digest, number } = request;
  const name = ticketName(number);
  if (request.kind !== 'credits') return `${name} asks for no credits: it is answered in the console.`;
  const amount = value === null ? request.amount : Number(value.replace(/[,._\s]/g, ''));
  if (amount === null || !Number.isSafeInteger(amount) || amount < 1 || amount > MOST_TOKENS) {
    return `${name}: ${value ?? 'nothing'} is no number of tokens.`;
  }
  const note = (notes.get(String(number)) ?? notes.get(name) ?? '').trim() || null;
  if (note !== null && note.length > LONGEST.note) return `${name}: a note has at most ${LONGEST.note} characters.`;
  return { decision: 'approve', id, digest, amount, note };
}

function rejection({ id, digest, number }: PacketRequest, value: string | null): PacketDecision | string {
  const reason = value?.trim() ?? '';
  if (reason === '' || reason.length > LONGEST.reason) {
    return `${ticketName(number)}: say why, in at most ${LONGEST.reason} characters: --reject "${number}=the reason"`;
  }
  return { decision: 'reject', id, digest, reason };
}

/** `1042=text` → its two halves; null where there is no text. */
function split(text: string): [name: string, value: string | null] {
  const at = text.indexOf('=');
  return at === -1 ? [text.trim(), null] : [text.slice(0, at).trim(), text.slice(at + 1)];
}

function readPacket(file: string): OpenedPacket {
  try {
    return openPacket(readText(file));
  } catch (error) {
    if (error instanceof PacketError) throw new ConfigError([error.message], { cause: error });
    throw error;
  }
}

function readKey(file: string, flags: KeyFlags): KeyPair {
  const pem = readText(file);
  const passphrase = passphraseOf(flags);
  try {
    return readPrivateKey(pem, passphrase);
  } catch (error) {
    throw new ConfigError([`${file}: ${error instanceof Error ? error.message : String(error)}`], { cause: error });
  }
}

function passphraseOf({ passphraseFile }: KeyFlags): string | undefined {
  if (passphraseFile === undefined) return undefined;
  const passphrase = readText(passphraseFile).replace(/\r?\n$/, '');
  if (passphrase === '') throw new ConfigError([`${passphraseFile} is empty.`]);
  return passphrase;
}

/** A text file. @throws ConfigError with a sentence when it cannot be read */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new ConfigError([`The file ${file} ${why}.`], { cause: error });
  }
}

function printPublic(publicKey: string, host: CliHost): void {
  host.print(`Public key   ${publicKey}`);
  host.print(`Fingerprint  ${readable(fingerprintOf(publicKey))}`);
  host.print('Give both to the owner; read the fingerprint out to each other before the key is enrolled.');
}
