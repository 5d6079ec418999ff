/** Certificates of authorities that sign what is not on the open internet. */
import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';

const ONE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Whether the text holds certificates in PEM, and nothing that is none. */
export function isCertificate(pem: string): boolean {
  const found = pem.match(ONE) ?? [];
  return found.length > 0 && found.every(isReadable);
}

/** The authorities to trust for an upstream with one of its own: naming any replaces the defaults, so they are named too. */
export function trusted(caCertificate: string): string[] {
  return [...getCACertificates('default'), caCertificate];
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
