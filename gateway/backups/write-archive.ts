/** Writes the rows of a database into a backup file. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { RowSource } from '../db/transfer.ts';
import { createTableProver } from '../db/transfer-rows.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { encodeEnd, MAGIC, type Manifest, type UnsealedManifest } from './archive-format.ts';
import { BackupError } from './backup-error.ts';
import type { Steps } from './steps.ts';

export interface ArchiveFacts {
  readonly version: string;
  readonly createdAt: number;
  readonly secretKey: string | null;
}

/**
 * Writes everything but the end.
 *
 * @returns what the end will say; `endArchive` writes it once it is sealed
 * @throws BackupError `job_cancelled`
 */
export async function writeArchive(
  file: string,
  source: RowSource,
  facts: ArchiveFacts,
  steps: Steps,
): Promise<UnsealedManifest> {
  const tables: Manifest['tables'] = [];
  let total = 0;
  for (const table of source.tables) total += await source.count(table);
  steps.begin('copy', total);

  async function* lines(): AsyncGenerator<string> {
    for (const table of source.tables) {
      const prover = createTableProver(table);
      yield `${JSON.stringify({ table: table.name })}\n`;
      for await (const page of source.pages(table)) {
        for (const row of page) prover.add(row);
        yield `${page.map((row) => JSON.stringify(row)).join('\n')}\n`;
        steps.advance(page.length);
        faultPoint('archive_page');
      }
      tables.push({ ...table, columns: [...table.columns], key: [...table.key], ...prover.proof() });
    }
  }

  const sha256 = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  out.write(MAGIC);
  // The lowest level: rows shrink to a fifth, and the machine has requests to serve.
  await pipeline(Readable.from(lines()), createGzip({ level: constants.Z_BEST_SPEED }), measure, out);
  return {
    product: 'ia-solaris',
    format: 1,
    version: facts.version,
    createdAt: facts.createdAt,
    engine: source.engine,
    migrations: source.migrations,
    tables,
    sums: await source.sums(),
    body: { bytes, sha256: sha256.digest('hex') },
    secretKey: facts.secretKey,
  };
}

/** Writes the end, and all of it to the disk. */
export async function endArchive(file: string, manifest: Manifest): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const end = encodeEnd(manifest);
    const { bytesWritten } = await handle.write(end, 0, end.length, MAGIC.length + manifest.body.bytes);
    if (bytesWritten !== end.length) throw new BackupError('backup_truncated', `${file} could not be written whole.`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
