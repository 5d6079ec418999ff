/** `serve`: runs the gateway until a signal ends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import type { FastifyBaseLogger } from 'fastify';
import { describeStart } from '../cli-output.ts';
import type { DemoLife } from '../demo/demo-life.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { EXIT, type ExitCode } from '../ops/start-error.ts';
import { type CliHost, type CommonFlags, explainError } from './host.ts';
import { collectStart, growWithTraffic } from './small-start.ts';

export interface ServeFlags extends CommonFlags {
  host?: string;
  port?: string;
  logLevel?: string;
  demo?: boolean;
  jsonLogs?: boolean;
}

/** A stop drains for at most 25 seconds; what takes much longer is stuck. */
const STOP_MS = 40_000;
/** After the start, until whoever waited for it has asked. */
const QUIET_MS = 2_000;

export async function serve(flags: ServeFlags, host: CliHost): Promise<ExitCode> {
  const { demo, host: address, port, logLevel } = flags;
  const demoDir = demo ? mkdtempSync(join(tmpdir(), 'ia-solaris-demo-')) : null;
  let gateway: Gateway | null = null;
  let life: DemoLife | null = null;
  const stop = async () => {
    await life?.stop();
    await gateway?.stop();
    if (demoDir) rmSync(demoDir, { recursive: true, force: true });
  };
  const ended = stopOnSignal(host, () => gateway?.context.log, stop);
  try {
    const open = () =>
      createGateway({
        dataDir: demoDir ?? flags.dataDir,
        configFile: flags.config,
        flags: { ...(address && { host: address }), ...(port && { port }), ...(logLevel && { logLevel }) },
        env: host.env,
        logs: { files: true, stdout: flags.jsonLogs ? 'json' : 'human' },
        firstSecrets: true,
        onRestart: () => void renew(),
      });
    /** The data has changed places: the same process goes on with the new. */
    const renew = async () => {
      try {
        await gateway?.stop();
        gateway = await open();
        const { url } = await gateway.start();
        followTraffic(gateway);
        host.print(`Started anew at ${url}.`);
      } catch (error) {
        ended.finish(explainError(error, host));
      }
    };
    gateway = await open();
    if (demo) {
      const { fillDemo } = await import('../demo/fill-demo.ts');
      await fillDemo(gateway.context);
      // A history of weeks: whoever opens the console at once finds its hours and paces sooner.
      void gateway.background.rollups.runDue().catch(() => undefined);
    }
    const addresses = await gateway.start();
    if (demo) {
      const { startDemoLife } = await import('../demo/demo-life.ts');
      life = await startDemoLife(gateway.context, addresses.url, null);
    }
    host.print(await describeStart(gateway, addresses, demoDir !== null));
    followTraffic(gateway);
    return await ended.exitCode;
  } catch (error) {
    ended.uninstall();
    for (const { email, password } of gateway?.issued.passwords ?? []) {
      host.print(`Made before the start failed, and shown this once: ${email} signs in with ${password}`);
    }
    await stop().catch(() => undefined);
    return explainError(error, host);
  }
}

/** Small while nobody asks anything, then as large as the traffic needs. */
function followTraffic(gateway: Gateway): void {
  const collectWhenQuiet = () => {
    if (gateway.isBusy()) collecting.refresh();
    else collectStart();
  };
  const collecting = setTimeout(collectWhenQuiet, QUIET_MS).unref();
  let follow: (() => void) | null = null;
  gateway.context.events.on(['request_settled'], () => {
    clearTimeout(collecting);
    follow ??= growWithTraffic();
    follow();
  });
}

/**
 * SIGTERM, SIGINT and the like drain and stop; a second one ends at once; a fault stops with exit code 1. A terminal that
 * is closed says so with SIGHUP, often twice, once by the system and once by the shell: that is no wish for haste.
 */
function stopOnSignal(host: CliHost, log: () => FastifyBaseLogger | undefined, stop: () => Promise<void>) {
  let finish: (code: ExitCode) => void = () => undefined;
  const exitCode = new Promise<ExitCode>((resolve) => {
    finish = resolve;
  });
  const logger = { error: (message: unknown) => host.printError(String(message)) };
  // Nothing that counts lies in memory, so that a forgotten promise is a line in the log and no reason to stop.
  const onRejection = (error: unknown) => log()?.error({ err: error }, 'A promise failed that nobody waited for');
  process.on('unhandledRejection', onRejection);
  const options = { delay: STOP_MS, logger, skip: ['unhandledRejection' as const, 'SIGHUP' as const] };
  let isStopping = false;
  const { uninstall, close } = closeWithGrace(options, async ({ err, signal }) => {
    isStopping = true;
    if (err) host.printError(err.stack ?? err.message);
    else if (signal) {
      host.print(`Stopping: requests in flight may end, for up to 25 seconds. ${signal} again ends at once.`);
    }
    await stop();
    finish(err ? EXIT.failed : EXIT.ok);
  });
  const onHangUp = () => {
    if (!isStopping) close();
  };
  process.on('SIGHUP', onHangUp);
  return {
    exitCode,
    /** Ends without a signal. */
    finish: (code: ExitCode) => finish(code),
    uninstall() {
      uninstall();
      process.off('SIGHUP', onHangUp);
      process.off('unhandledRejection', onRejection);
    },
  };
}
