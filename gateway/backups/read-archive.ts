/** Reads a backup file, and believes nothing of it. */
import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { SecretBox } from '../config/secret-box.ts';
import { SecretLostError } from '../config/secret-box.ts';
import type { TransferRow } from '../db/transfer-rows.ts';
import {
  altered,
  checkStart,
  decodeFooter,
  decodeManifest,
  FOOTER_BYTES,
  MAGIC,
  type Manifest,
  manifestDigest,
  newer,
  truncated,
} from './archive-format.ts';
import { BackupError } from './backup-error.ts';

/**
 * Reads the manifest, which says what is in the file. The rows are not looked at.
 *
 * @throws BackupError when there is no such file, or it is no whole backup of a version that this one knows
 */
export async function readManifest(file: string): Promise<Manifest> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new BackupError('backup_missing', `There is no backup ${file}, or it cannot be read.`, { cause: error });
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw notAFile(file);
    checkStart(file, (await read(handle, 0, Math.min(MAGIC.length, stats.size))).toString('latin1'));
    return await manifestOf(file, handle, stats);
  } finally {
    await handle.close();
  }
}

function notAFile(file: string): BackupError {
  return new BackupError('backup_foreign', `${file} is a folder, not a backup. Name a file that "backup" made.`);
}

async function manifestOf(file: string, handle: FileHandle, { size }: Stats): Promise<Manifest> {
  if (size < MAGIC.length + FOOTER_BYTES) throw truncated(file);
  const footer = decodeFooter(file, (await read(handle, size - FOOTER_BYTES, FOOTER_BYTES)).toString('latin1'));
  const from = size - FOOTER_BYTES - footer.bytes;
  if (from < MAGIC.length) throw altered(file);
  const manifest = decodeManifest(file, await read(handle, from, footer.bytes), footer.sha256);
  if (manifest.body.bytes !== from - MAGIC.length) throw altered(file);
  return manifest;
}

/**
 * Checks who made it, and that its secrets can be opened here.
 *
 * @throws BackupError `backup_wrong_key` or `backup_altered`
 */
export async function checkSeal(file: string, manifest: Manifest, secrets: SecretBox): Promise<void> {
  if (manifest.seal === null) return;
  let digest: string;
  try {
    digest = await secrets.open(manifest.seal);
  } catch (error) {
    if (!(error instanceof SecretLostError)) throw error;
    throw new BackupError(
      'backup_wrong_key',
      `The secrets in ${file} were sealed with another key (${manifest.seal.sealedBy}). Put that installation's secret.key ` +
        'into the data directory, or give its SECRET_KEY; or restore without secrets, and enter those of upstreams and mail again.',
      { cause: error },
    );
  }
  if (digest !== manifestDigest(manifest)) throw altered(file);
}

/** @throws BackupError `backup_newer` when this version does not know its schema */
export function checkVersion(file: string, manifest: Manifest, knownMigrations: number): void {
  if (manifest.migrations > knownMigrations) throw newer(file);
}

/**
 * The rows, table after table.
 *
 * @throws BackupError when they are not what was written; what was given until then must not be used
 */
export async function* archiveRows(
  file: string,
  manifest: Manifest,
): AsyncGenerator<{ table: string; rows: TransferRow[] }> {
  const sha256 = createHash('sha256');
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk);
      done(null, chunk);
    },
  });
  const start = MAGIC.length;
  const body = createReadStream(file, { start, end: start + manifest.body.bytes - 1, highWaterMark: 262_144 });
  const unpacked = createGunzip({ chunkSize: 262_144 });
  body.on('error', (error) => measure.destroy(error));
  measure.on('error', (error) => unpacked.destroy(error));
  body.pipe(measure).pipe(unpacked);
  unpacked.setEncoding('utf8');
  let rest = '';
  let table = '';
  try {
    for await (const text of unpacked as Readable & AsyncIterable<string>) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      let rows: TransferRow[] = [];
      for (const line of lines) {
        if (line.startsWith('{')) {
          if (rows.length > 0) yield { table, rows };
          rows = [];
          table = (JSON.parse(line) as { table: string }).table;
        } else {
          rows.push(JSON.parse(line) as TransferRow);
        }
      }
      if (rows.length > 0) yield { table, rows };
    }
  } catch (error) {
    if (isOfThisFile(error)) throw altered(file);
    throw error;
  } finally {
    body.destroy();
    unpacked.destroy();
  }
  if (rest !== '' || sha256.digest('hex') !== manifest.body.sha256) throw altered(file);
}

/** Whether what was read makes no sense; any other failure is somebody else's. */
function isOfThisFile(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  return error instanceof Error && 'code' in error && /^(Z_|ERR_)/.test(String(error.code));
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
