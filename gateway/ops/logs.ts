/** Structured logs: JSON in rotated files, JSON or lines for people on standard output. Secrets never reach either. */
import { join } from 'node:path';
import { type DestinationStream, type Level, type Logger, pino, type StreamEntry } from 'pino';

export interface LogOptions {
  level: string;
  /** Folder of the rotated files; null writes none. */
  dir: string | null;
  stdout: 'human' | 'json' | 'none';
}

export interface Logs {
  readonly log: Logger;
  /** Writes what is still buffered and closes the files. */
  close(): Promise<void>;
}

const KEPT_DAYS = 14;
const LARGEST_FILE = '20m';

const SECRETS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'proxy-authorization',
  'password',
  'passwordHash',
  'token',
  'apiKey',
  'secret',
  'secretKey',
  'webhookSecret',
  'totp',
  'totpSecret',
  'recoveryCodes',
  'databaseUrl',
  'redisUrl',
  'prompt',
  'messages',
];

/** Wherever a secret may lie in what is logged: at the top, in an object, or in an object's headers. */
const REDACTED = SECRETS.flatMap((name) => {
  const key = /^\w+$/.test(name) ? `.${name}` : `["${name}"]`;
  return [key.replace(/^\./, ''), `*${key}`, `*.*${key}`];
});

/** Opens the log files and makes the logger. */
export async function openLogs({ level, dir, stdout }: LogOptions): Promise<Logs> {
  const streams: StreamEntry<Level>[] = [];
  const closers: (() => Promise<void>)[] = [];
  if (dir !== null) {
    const { default: roll } = await import('pino-roll');
    const file = await roll({
      file: join(dir, 'gateway'),
      extension: '.log',
      frequency: 'daily',
      size: LARGEST_FILE,
      dateFormat: 'yyyy-MM-dd',
      limit: { count: KEPT_DAYS, removeOtherLogFiles: true },
      mkdir: true,
      mode: 0o600,
    });
    // A full disk must not end the process: the metering goes on or refuses by itself, and says so on standard error.
    file.on('error', (error: Error) => void process.stderr.write(`The log file cannot be written: ${error.message}\n`));
    streams.push({ level: 'trace', stream: file });
    closers.push(() => ended(file));
  }
  if (stdout !== 'none') streams.push({ level: 'trace', stream: stdout === 'json' ? process.stdout : humanStream() });
  return {
    log: createLogger(level, pino.multistream(streams)),
    async close() {
      for (const close of closers) await close();
    },
  };
}

/** A logger that redacts, over any destination. */
export function createLogger(level: string, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      redact: { paths: REDACTED, censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      base: undefined,
    },
    destination,
  );
}

/** One line for people: time, level, message, and the remaining fields. */
function humanStream(): DestinationStream {
  return { write: (line) => void process.stdout.write(humanLine(line)) };
}

/** Turns a JSON log line into one for people; what is no JSON stays as it is. */
export function humanLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { time, level, msg, err, ...rest } = entry;
  const fields = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
  const at = String(time).slice(11, 19);
  return `${at} ${String(level).toUpperCase().padEnd(5)} ${String(msg ?? '')}${fields.length > 0 ? `  ${fields.join(' ')}` : ''}${stack}\n`;
}

function ended(stream: { once(event: 'close', listener: () => void): unknown; end(): void }): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve());
    stream.end();
  });
}
