/**
 * The second public entry: what somebody needs who decides on credit requests on a machine without gateway, database or
 * network. Reads and signs files, and knows nothing else.
 */
export { MOST_TOKENS } from './contract/bounds.ts';
export {
  type OpenedPacket,
  openDecisions,
  openPacket,
  PacketError,
  sealDecisions,
  verifyDecisions,
} from './packets/files.ts';
export { fingerprintOf, type KeyPair, newKeyPair, privateKeyPem, readable, readPrivateKey } from './packets/signing.ts';
