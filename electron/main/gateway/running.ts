/** The gateway of this machine, for the rest of the app: its process, who is signed in there, and what it says. */
import { join } from 'node:path';
import type { GatewayState } from '../../contract.ts';
import type { AppPaths } from '../files/paths.ts';
import { keychain } from '../keychain.ts';
import { openKeychainKey } from '../keychain-key.ts';
import { createOwnerClient, type OwnerClient } from '../owner-client.ts';
import { createPageSession, type PageSession } from '../page-session.ts';
import type { Words } from '../words/words.ts';
import { spawnUtility } from './child.ts';
import { signInLocally } from './local-sign-in.ts';
import { loopbackFetch } from './loopback-fetch.ts';
import { describeGateway } from './problem.ts';
import { createSupervisor, type Supervisor, type SupervisorParts } from './supervisor.ts';

export interface RunningGateway {
  readonly supervisor: Supervisor;
  readonly session: PageSession;
  readonly client: OwnerClient;
  state(): GatewayState;
  /** What keeps the secrets, for diagnostics. */
  keychainState(): 'keychain' | 'key file' | 'locked keychain' | 'not asked yet';
}

interface Told {
  onChange: SupervisorParts['onChange'];
  onNews: SupervisorParts['onNews'];
  onLocked(): void;
  log(line: string): void;
  words(): Words;
}

const HEALTH_TIMEOUT_MS = 4_000;

/** @param built folder of the built main process */
export function openGateway(paths: AppPaths, built: string, told: Told): RunningGateway {
  let kept: ReturnType<RunningGateway['keychainState']> = 'not asked yet';
  const signIn = () => signInLocally(paths.data, loopbackFetch);

  const supervisor = createSupervisor({
    spawn: spawnUtility(join(built, 'gateway-process.js')),
    async sealingKey() {
      const opened = await openKeychainKey(keychain, paths.sealingKey);
      if (opened.kind === 'locked' && kept !== 'locked keychain') told.onLocked();
      kept = opened.kind === 'kept' ? 'keychain' : opened.kind === 'locked' ? 'locked keychain' : 'key file';
      return opened.kind === 'kept' ? Buffer.from(opened.key).toString('hex') : null;
    },
    attach: async () => (await signIn()).url,
    isAlive: (address) =>
      loopbackFetch(`${address}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) }).then(
        async (response) => {
          await response.body?.cancel();
          return response.ok;
        },
        () => false,
      ),
    onChange: told.onChange,
    onNews: told.onNews,
    log: told.log,
  });
  return {
    supervisor,
    session: createPageSession(async () => (await signIn()).cookie),
    client: createOwnerClient(signIn, loopbackFetch),
    state: () => describeGateway(supervisor.state(), told.words(), paths.data),
    keychainState: () => kept,
  };
}
