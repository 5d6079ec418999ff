/**
 * One connection on which statements are sent without waiting for the answers to those before: the server runs them in
 * order, each as a transaction of its own, and begins the next while the answer of the last still travels.
 */
import { isConnectionLost, postgresCode } from './postgres-errors.ts';
import { type Pool, type PoolClient, type Rows, runStatement } from './postgres-pool.ts';

export interface Statement {
  readonly sql: string;
  /** Follows from the text, so that whoever prepared it before prepared the same. */
  readonly name: string;
}

export interface Pipe {
  /**
   * Sends it at once where there is a connection. When the connection breaks, all that are under way fail, in order.
   */
  run(statement: Statement, params: readonly unknown[]): Promise<Rows>;
}

/** The statement is not there, or somebody else's session had it: a pooler gives every transaction another session. */
const NOT_PREPARED = /^(26000|42P05)$/;

/**
 * Longer than the longest transaction of the gateway keeps locks. A wire that was cut without a word would else keep all
 * requests waiting until the system gives up, after a quarter of an hour.
 */
const SILENT_MS = 30_000;

/**
 * @param pool of one connection, in pipeline mode. It has the connection back whenever nothing is under way.
 * @param silentMs a connection that answers nothing for so long counts as lost
 */
export function createPipe(pool: Pool, silentMs = SILENT_MS): Pipe {
  let held: PoolClient | null = null;
  /** When it was last known that the server hears what is sent. */
  let heardAt = 0;
  let watch: NodeJS.Timeout | null = null;
  let connecting: Promise<PoolClient> | null = null;
  let underWay = 0;
  let prepares = true;

  const connect = (): Promise<PoolClient> => {
    connecting ??= pool
      .connect()
      .then((client) => {
        held = client;
        return client;
      })
      .finally(() => {
        connecting = null;
      });
    return connecting;
  };

  const giveBack = (client: PoolClient, isBroken: boolean): void => {
    if (held !== client) return;
    held = null;
    client.release(isBroken);
  };

  const watchSilence = (): void => {
    watch ??= setInterval(() => {
      // Not by `release` or `end`: with statements under way those wait for their answers.
      if (held && performance.now() - heardAt > silentMs) streamOf(held).destroy();
    }, silentMs / 4).unref();
  };
  const endWatch = (): void => {
    if (watch) clearInterval(watch);
    watch = null;
  };

  const send = async ({ sql, name }: Statement, params: readonly unknown[]): Promise<Rows> => {
    const client = held ?? (await connect());
    if (watch === null) heardAt = performance.now();
    watchSilence();
    try {
      return await runStatement(client, sql, params, 'array', prepares ? name : undefined);
    } catch (error) {
      if (isConnectionLost(error)) giveBack(client, true);
      throw error;
    } finally {
      heardAt = performance.now();
    }
  };

  return {
    async run(statement, params) {
      underWay++;
      try {
        return await send(statement, params);
      } catch (error) {
        // Nothing of it was run.
        if (!NOT_PREPARED.test(postgresCode(error))) throw error;
        prepares = false;
        return await send(statement, params);
      } finally {
        underWay--;
        if (underWay === 0) {
          endWatch();
          if (held) giveBack(held, false);
        }
      }
    },
  };
}

/** The driver's types do not tell of it. */
function streamOf(client: PoolClient): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}
