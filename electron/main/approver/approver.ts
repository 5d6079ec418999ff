/**
 * Approving offline: opens packets of requests, and signs decisions with the approver's own key. Needs no gateway and no
 * network. No Electron in here: keychain and dialogs are given.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import {
  type OpenedPacket,
  openDecisions,
  openPacket,
  PacketError,
  sealDecisions,
  verifyDecisions,
} from '../../../gateway/approver.ts';
import type { DecisionOutcome, OfflineDecision, PacketOutcome } from '../../contract.ts';
import type { JsonFile } from '../files/json-file.ts';
import type { PageHandlers } from '../ipc.ts';
import { type ApproverKeys, write } from './approver-key.ts';
import { boundDecisions, packetView } from './packet-view.ts';
import { isKnown, isOther, type TrustedKeys, withKey } from './trusted-keys.ts';

export interface ApproverParts {
  keys: ApproverKeys;
  /** Fingerprints that this approver compared, by installation. */
  trusted: JsonFile<TrustedKeys>;
  /** Asks a person for a packet; null where none was chosen. */
  chooseFile(): Promise<string | null>;
  /** Asks where decisions go. @param name what to call the file, with its folder */
  chooseTarget(name: string): Promise<string | null>;
  /** Epoch milliseconds. */
  now(): number;
}

export type ApproverHandlers = PageHandlers<'approver'>;

export interface Approver {
  readonly handlers: ApproverHandlers;
  open(file: string): Promise<PacketOutcome>;
}

/** The extension of packets and decisions, which the system opens with this app. */
export const PACKET_EXTENSION = '.solaris';
/** More than a packet of a thousand requests takes. */
const MOST_BYTES = 30_000_000;

export function createApprover(parts: ApproverParts): Approver {
  const { keys, trusted, now } = parts;
  let current: { file: string; packet: OpenedPacket } | null = null;
  let last: PacketOutcome | null = null;

  const view = (): PacketOutcome | null => {
    if (!current) return last;
    const { file, packet } = current;
    const trust = isKnown(trusted.read(), packet.payload.installation, packet.fingerprint);
    return { kind: 'opened', packet: packetView(packet, basename(file), trust, now()) };
  };

  const open = async (file: string): Promise<PacketOutcome> => {
    // What is open stays: somebody may be deciding on it.
    const refuse = (code: Extract<PacketOutcome, { kind: 'refused' }>['code']): PacketOutcome => {
      last = { kind: 'refused', file: basename(file), code };
      return last;
    };
    try {
      if ((await stat(file)).size > MOST_BYTES) return refuse('too_large');
      const packet = openPacket(await readFile(file, 'utf8'));
      if (isOther(trusted.read(), packet.payload.installation, packet.fingerprint)) return refuse('other_key');
      current = { file, packet };
      last = view();
      return last ?? refuse('unreadable');
    } catch (error) {
      return refuse(error instanceof PacketError ? refusalOf(error.code) : 'unreadable');
    }
  };

  const decide = async (digest: string, decisions: readonly OfflineDecision[]): Promise<DecisionOutcome> => {
    if (current?.packet.digest !== digest) return { kind: 'refused', code: 'another_packet' };
    const { file, packet } = current;
    const { installation, nonce, expiresAt } = packet.payload;
    if (!isKnown(trusted.read(), installation, packet.fingerprint)) return { kind: 'refused', code: 'not_trusted' };
    if (now() >= expiresAt) return { kind: 'refused', code: 'over' };
    const bound = boundDecisions(packet, decisions);
    if (typeof bound === 'string') return { kind: 'refused', code: bound };
    const key = await keys.take();
    if (!key) return { kind: 'refused', code: 'no_key' };
    const target = await parts.chooseTarget(
      `${file.slice(0, -extname(file).length || undefined)}.decisions${PACKET_EXTENSION}`,
    );
    if (target === null) return { kind: 'cancelled' };
    const payload = { installation, nonce, packetDigest: packet.digest, decidedAt: now(), decisions: bound };
    const text = `${JSON.stringify(sealDecisions(payload, key))}\n`;
    try {
      await write(target, text);
      // What was written is what will be imported: read it as the gateway will.
      if (!verifyDecisions(openDecisions(await readFile(target, 'utf8')), key.publicKey)) throw new Error('altered');
    } catch {
      return { kind: 'refused', code: 'unwritable' };
    }
    return { kind: 'saved', file: basename(target), count: bound.length };
  };

  return {
    open,
    handlers: {
      'approver.key': () => keys.look(),
      'approver.makeKey': () => keys.make(),
      async 'approver.open'() {
        const file = await parts.chooseFile();
        return file === null ? null : open(file);
      },
      'approver.opened': async () => view(),
      async 'approver.trust'({ digest }) {
        if (current?.packet.digest === digest) {
          const { payload, fingerprint } = current.packet;
          trusted.write(withKey(trusted.read(), payload.installation, fingerprint));
        }
        return view();
      },
      'approver.decide': ({ digest, decisions }) => decide(digest, decisions),
    },
  };
}

/** The file of the sealed key, and that of the fingerprints, in the desktop's own folder. */
export function approverFiles(profile: string): { key: string; trusted: string } {
  return { key: join(profile, 'approver.key'), trusted: join(profile, 'approver-trusted.json') };
}

function refusalOf(code: string): Extract<PacketOutcome, { kind: 'refused' }>['code'] {
  return code === 'wrong_file' || code === 'newer_version' || code === 'altered' ? code : 'not_a_packet';
}
