/**
 * The two files of an offline approval: the packet of requests that leaves the gateway, and the decisions that come back.
 * Both are JSON around canonical bytes and their signature. Knows no database: approvers read and write them on machines
 * of their own.
 */
import { createHash, type KeyObject } from 'node:crypto';
import type { z } from 'zod';
import {
  type DecisionFile,
  type DecisionsPayload,
  decisionsPayload,
  type RequestPacket,
  type RequestsPayload,
  requestsPayload,
  signedFile,
} from '../contract/packets.ts';
import { canonicalJson } from './canonical.ts';
import { fingerprintOf, isSignedBy, type KeyPair, type Purpose, signBytes } from './signing.ts';

/** Why a file cannot be used, in a sentence for people. */
export class PacketError extends Error {
  override readonly name = 'PacketError';
  /** Snake case, for programs. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface OpenedPacket {
  readonly payload: RequestsPayload;
  /** SHA-256 of the signed bytes, hex. */
  readonly digest: string;
  /** Of the installation's key: whoever opens the packet for the first time compares it. */
  readonly fingerprint: string;
}

export interface OpenedDecisions {
  readonly payload: DecisionsPayload;
  readonly digest: string;
  /** Of the key that the file says it is signed with. Not checked yet: see `verifyDecisions`. */
  readonly fingerprint: string;
  readonly bytes: Buffer;
  readonly signature: string;
}

const REQUESTS: Purpose = 'ia-solaris/requests';
const DECISIONS: Purpose = 'ia-solaris/decisions';

/** Signs a packet of requests with the installation's key. */
export function sealPacket(payload: RequestsPayload, { privateKey, publicKey }: KeyPair): RequestPacket {
  const bytes = bytesOf(payload);
  return {
    format: REQUESTS,
    version: 1,
    payload: bytes.toString('base64url'),
    publicKey,
    signature: signBytes(privateKey, REQUESTS, bytes),
  };
}

/**
 * Reads a packet and checks that it is as it left its gateway.
 *
 * @throws PacketError when it is another file, was altered or is of a newer version
 */
export function openPacket(text: string): OpenedPacket {
  const { bytes, publicKey, signature } = readFile(text, REQUESTS);
  if (!isSigned(publicKey, REQUESTS, bytes, signature)) throw altered('packet');
  return { payload: parse(requestsPayload, bytes), digest: digestOf(bytes), fingerprint: fingerprintOf(publicKey) };
}

/** Signs decisions with the approver's own key. */
export function sealDecisions(
  payload: DecisionsPayload,
  key: { privateKey: KeyObject; publicKey: string },
): DecisionFile {
  const bytes = bytesOf(payload);
  return {
    format: DECISIONS,
    version: 1,
    payload: bytes.toString('base64url'),
    publicKey: key.publicKey,
    signature: signBytes(key.privateKey, DECISIONS, bytes),
  };
}

/** Reads a file of decisions. Whose signature it has to carry, only the gateway knows. @throws PacketError */
export function openDecisions(text: string): OpenedDecisions {
  const { bytes, publicKey, signature } = readFile(text, DECISIONS);
  return {
    payload: parse(decisionsPayload, bytes),
    digest: digestOf(bytes),
    fingerprint: fingerprintOf(publicKey),
    bytes,
    signature,
  };
}

/** Whether the decisions are signed by the enrolled key. */
export function verifyDecisions({ bytes, signature }: OpenedDecisions, enrolledKey: string): boolean {
  return isSigned(enrolledKey, DECISIONS, bytes, signature);
}

/** SHA-256, hex, of something in canonical JSON. */
export function digestOfValue(value: unknown): string {
  return digestOf(bytesOf(value));
}

export function altered(what: 'packet' | 'file'): PacketError {
  return new PacketError(
    'altered',
    `This ${what} was altered after it was signed, or was damaged on the way. Take it anew from where it was made.`,
  );
}

function readFile(text: string, format: Purpose) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PacketError('not_a_packet', 'This is not a file of IA Solaris: it is no JSON.');
  }
  const file = signedFile.safeParse(json);
  if (!file.success) throw new PacketError('not_a_packet', 'This is not a file of IA Solaris.');
  if (file.data.format !== format) {
    const [wanted, given] =
      format === REQUESTS ? ['a packet of requests', 'decisions'] : ['a file of decisions', 'requests to decide'];
    throw new PacketError('wrong_file', `This file holds ${given}; ${wanted} is needed here.`);
  }
  if (file.data.version !== 1) {
    throw new PacketError('newer_version', 'This file was written by a newer version of IA Solaris. Install that one.');
  }
  const bytes = Buffer.from(file.data.payload, 'base64url');
  if (bytes.toString('base64url') !== file.data.payload) throw altered('file');
  return { bytes, publicKey: file.data.publicKey, signature: file.data.signature };
}

/** The bytes are parsed only if they are the one spelling of what they say. */
function parse<T extends z.ZodType>(schema: T, bytes: Buffer): z.output<T> {
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    if (canonicalJson(json) !== bytes.toString('utf8')) throw altered('file');
    return schema.parse(json);
  } catch (error) {
    if (error instanceof PacketError) throw error;
    throw new PacketError('not_a_packet', 'What this file holds cannot be read.');
  }
}

function isSigned(publicKey: string, purpose: Purpose, bytes: Buffer, signature: string): boolean {
  try {
    return isSignedBy(publicKey, purpose, bytes, signature);
  } catch {
    return false;
  }
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value), 'utf8');
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
