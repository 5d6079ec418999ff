/**
 * The form of a backup file, the same whatever engine it comes from:
 *
 *     "IASOLARIS BACKUP 1\n", the rows (gzip), the manifest (JSON), the footer
 *
 * The rows are lines: `{"table":"users"}` begins a table, and each array after it is a row. The footer has a fixed
 * length and says how long the manifest is, and its SHA-256; so that a file that ends too early is told from one that
 * was changed. The manifest has the SHA-256 of the rows, and is itself sealed with the secret key.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { BACKUP_START } from '../contract/bounds.ts';
import { BackupError } from './backup-error.ts';

export const MAGIC = `${BACKUP_START}1\n`;
export const EXTENSION = '.solaris-backup';
const FOOTER_END = 'IASO';
export const FOOTER_BYTES = 12 + 64 + FOOTER_END.length;
/** Far more than any manifest has: a larger number in the footer is no length. */
const LONGEST_MANIFEST = 4_194_304;

const tableSchema = z.object({
  name: z.string(),
  columns: z.array(z.object({ name: z.string(), kind: z.enum(['string', 'number', 'boolean', 'json']) })),
  key: z.array(z.string()),
  rows: z.number().int(),
  digest: z.string(),
});

const sealedSchema = z.object({ sealedBy: z.string(), box: z.string() });

export const manifestSchema = z.object({
  product: z.literal('ia-solaris'),
  format: z.literal(1),
  /** Of the program that made it. */
  version: z.string(),
  /** Epoch milliseconds. */
  createdAt: z.number().int(),
  engine: z.enum(['sqlite', 'postgres']),
  /** How many migrations made its schema. */
  migrations: z.number().int(),
  tables: z.array(tableSchema),
  sums: z.object({
    users: z.number(),
    credits: z.number(),
    monthlyDelta: z.number(),
    creditsDelta: z.number(),
    chargedTokens: z.number(),
    chainHead: z.object({ seq: z.number(), hash: z.string() }).nullable(),
  }),
  body: z.object({ bytes: z.number().int(), sha256: z.string() }),
  /** The key that opens the secrets in it, hex; null unless it was asked for. */
  secretKey: z.string().nullable(),
  /** SHA-256 of all the rest, sealed by the installation; null where it had no key at hand. */
  seal: sealedSchema.nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type UnsealedManifest = Omit<Manifest, 'seal'>;

/** What is sealed of a manifest. */
export function manifestDigest({ seal: _seal, ...rest }: Manifest | (UnsealedManifest & { seal?: undefined })): string {
  return hash('sha256', JSON.stringify(manifestSchema.omit({ seal: true }).parse(rest)));
}

/** Manifest and footer, as they end the file. */
export function encodeEnd(manifest: Manifest): Buffer {
  const text = Buffer.from(JSON.stringify(manifest));
  const footer = String(text.length).padStart(12, '0') + hash('sha256', text) + FOOTER_END;
  return Buffer.concat([text, Buffer.from(footer)]);
}

/** @throws BackupError when the file does not begin as a backup does */
export function checkStart(file: string, start: string): void {
  if (start === MAGIC) return;
  if (start.startsWith(BACKUP_START)) throw newer(file);
  if (start.startsWith('SQLite format 3')) {
    throw new BackupError(
      'backup_foreign',
      `${file} is a database file, not a backup. To use a copy of a database, put it into a data directory as ia-solaris.db.`,
    );
  }
  if (start !== '' && MAGIC.startsWith(start)) throw truncated(file);
  throw new BackupError('backup_foreign', `${file} is not a backup of IA Solaris. Choose a file that "backup" made.`);
}

/**
 * Where the manifest lies.
 *
 * @param footer the file's last `FOOTER_BYTES` bytes
 * @throws BackupError when it is no footer
 */
export function decodeFooter(file: string, footer: string): { bytes: number; sha256: string } {
  const match = /^(\d{12})([0-9a-f]{64})IASO$/.exec(footer);
  const bytes = Number(match?.[1]);
  if (!match || bytes > LONGEST_MANIFEST) throw truncated(file);
  return { bytes, sha256: match[2] ?? '' };
}

/** @throws BackupError when it is not what was written, or a newer version wrote it */
export function decodeManifest(file: string, text: Buffer, sha256: string): Manifest {
  if (hash('sha256', text) !== sha256) throw altered(file);
  const value: unknown = JSON.parse(text.toString('utf8'));
  if (z.object({ format: z.number().min(2) }).safeParse(value).success) throw newer(file);
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw altered(file);
  return parsed.data;
}

export function truncated(file: string): BackupError {
  return new BackupError(
    'backup_truncated',
    `${file} is cut off: its end is missing. Copy it again, or choose another backup.`,
  );
}

export function altered(file: string): BackupError {
  return new BackupError(
    'backup_altered',
    `${file} is damaged or was changed: it is not what was written. Choose another backup.`,
  );
}

export function newer(file: string): BackupError {
  return new BackupError(
    'backup_newer',
    `${file} was made by a newer version of IA Solaris. Install that version or a later one, then restore.`,
  );
}
