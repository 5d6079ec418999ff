/**
 * Keeps a gateway running: starts it, watches it, starts it again, attaches to one that is there already, stops it. What to
 * do is decided in `supervision.ts`. No Electron in here.
 */
import type { ChildListener, GatewayChild, SpawnGateway } from './child.ts';
import type { FromGateway } from './messages.ts';
import { type Deed, type Failure, type Happening, IDLE, next, type Supervision } from './supervision.ts';

export interface SupervisorParts {
  readonly spawn: SpawnGateway;
  /** The key that seals secrets; null where no keychain keeps one. */
  sealingKey(): Promise<string | null>;
  /** Proves that the gateway of the data directory is ours to use. @returns its address */
  attach(): Promise<string>;
  /** Whether the gateway at the address is alive. */
  isAlive(address: string): Promise<boolean>;
  onChange(state: Supervision): void;
  onNews(news: (Deed & { kind: 'tell' })['news'], state: Supervision): void;
  log(line: string): void;
}

export interface Supervisor {
  state(): Supervision;
  start(): void;
  /** A person asks to try again now. */
  retry(): void;
  /** The same on a free port, until the app ends. */
  retryElsewhere(): void;
  /** Drains and ends our own gateway; another's goes on. Resolves when it has ended. */
  stop(): Promise<void>;
}

const HEALTH_EVERY_MS = 5_000;
/** What a dying process said last is why it died. */
const KEPT_OUTPUT = 4_000;
/** Longer than the gateway's own drain, which cuts what is still open. */
const DRAIN_MS = 30_000;
/** For one that has said that it cannot start. */
const LAST_WORDS_MS = 5_000;

export function createSupervisor(parts: SupervisorParts): Supervisor {
  let state = IDLE;
  let child: GatewayChild | null = null;
  let spawnAfterEnd = false;
  let port: number | null = null;
  let due: NodeJS.Timeout | undefined;
  let health: NodeJS.Timeout | undefined;
  const onStopped: (() => void)[] = [];

  const happen = (happening: Happening) => {
    const before = state;
    const step = next(state, happening, Date.now());
    state = step.state;
    if (before.phase !== state.phase || before.address !== state.address) {
      parts.log(`Gateway: ${state.phase}${state.address ? ` at ${state.address}` : ''}`);
      parts.onChange(state);
      watchHealth();
    }
    for (const deed of step.deeds) perform(deed);
    if (state.phase === 'stopped') for (const resolve of onStopped.splice(0)) resolve();
  };

  const perform = (deed: Deed): void => {
    switch (deed.kind) {
      case 'spawn':
        clearTimeout(due);
        return spawn();
      case 'attach':
        return void attach(deed.failure);
      case 'later':
        clearTimeout(due);
        due = setTimeout(() => happen({ kind: 'due' }), deed.ms);
        return;
      case 'kill':
        return child?.kill();
      case 'drain': {
        child?.send({ kind: 'stop' });
        const stuck = child;
        setTimeout(() => stuck?.kill(), DRAIN_MS).unref();
        return;
      }
      case 'tell':
        return parts.onNews(deed.news, state);
    }
  };

  const spawn = () => {
    // One that refused may still be on its way out, with the data directory in its hands.
    if (child) {
      spawnAfterEnd = true;
      return;
    }
    let output = '';
    let refused = false;
    const own: ChildListener = {
      onMessage(message) {
        if (message.kind === 'refused') {
          refused = true;
          setTimeout(() => child === started && started.kill(), LAST_WORDS_MS).unref();
        }
        // From now on LibreChat may know it.
        else if (port === 0) port = Number(new URL(message.url).port);
        happen(happeningOf(message));
      },
      onOutput(text) {
        output = (output + text).slice(-KEPT_OUTPUT);
        for (const line of text.split('\n')) if (line.trim() !== '') parts.log(`gateway: ${line}`);
      },
      onEnd(code) {
        child = null;
        const isAwaited = spawnAfterEnd;
        spawnAfterEnd = false;
        if (isAwaited) return spawn();
        // After a refusal the end is no news, unless a stop waits for it.
        if (refused && state.phase !== 'stopping') return;
        happen({ kind: 'ended', detail: output.trim() || `The gateway's process ended with code ${code}.` });
      },
    };
    child = parts.spawn(own);
    const started = child;
    parts.sealingKey().then(
      (sealingKey) => {
        if (child === started) started.send({ kind: 'start', sealingKey, port });
      },
      (error: unknown) => {
        refused = true;
        started.kill();
        happen({ kind: 'refused', failure: { kind: 'unwritable', detail: String(error) } });
      },
    );
  };

  const attach = async (failure: Failure) => {
    try {
      happen({ kind: 'attached', url: await parts.attach() });
    } catch (error) {
      parts.log(`The gateway that runs in the data directory cannot be used: ${String(error)}`);
      happen({ kind: 'unattached', failure });
    }
  };

  const watchHealth = () => {
    clearInterval(health);
    const { address } = state;
    if (state.phase !== 'running' || address === null) return;
    health = setInterval(async () => {
      const alive = await parts.isAlive(address);
      if (state.address === address) happen({ kind: alive ? 'healthy' : 'silent' });
    }, HEALTH_EVERY_MS);
    health.unref();
  };

  return {
    state: () => state,
    start: () => happen({ kind: 'start' }),
    retry: () => happen({ kind: 'retry' }),
    retryElsewhere() {
      port = 0;
      happen({ kind: 'retry' });
    },
    stop() {
      clearTimeout(due);
      clearInterval(health);
      spawnAfterEnd = false;
      return new Promise((resolve) => {
        onStopped.push(resolve);
        happen({ kind: 'stop' });
      });
    },
  };
}

function happeningOf(message: FromGateway): Happening {
  if (message.kind === 'ready') return { kind: 'ready', url: message.url };
  const { obstacle, message: detail } = message;
  switch (obstacle.kind) {
    case 'in_use':
      return { kind: 'refused', failure: { kind: 'in_use', detail, owner: obstacle.url } };
    case 'port_taken':
      return { kind: 'refused', failure: { kind: 'port_taken', detail, port: obstacle.port, owner: obstacle.owner } };
    case 'port_forbidden':
      return { kind: 'refused', failure: { kind: 'port_forbidden', detail, port: obstacle.port } };
    default:
      return { kind: 'refused', failure: { kind: obstacle.kind, detail } };
  }
}
