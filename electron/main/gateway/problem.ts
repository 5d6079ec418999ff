/** Puts into words why the gateway does not run. No Electron in here. */
import type { GatewayProblem, GatewayState } from '../../contract.ts';
import type { Words } from '../words/words.ts';
import type { Failure, Supervision } from './supervision.ts';

/** What the page is told. @param dataDir named where it is in the way */
export function describeGateway(
  { phase, host, address, failure }: Supervision,
  words: Words,
  dataDir: string,
): GatewayState {
  const isDown = phase === 'failed' || phase === 'restarting';
  return { phase, host, address, problem: isDown && failure ? describeFailure(failure, words, dataDir) : null };
}

export function describeFailure({ kind, detail, port, owner }: Failure, words: Words, dataDir: string): GatewayProblem {
  const { problem } = words;
  const at = String(port ?? '');
  switch (kind) {
    case 'in_use':
      return {
        kind,
        text: problem.in_use.text(owner ? ` (${owner})` : ''),
        next: problem.in_use.next,
        detail,
      };
    case 'port_taken':
      return { kind, text: problem.port_taken.text(at, owner ?? ''), next: problem.port_taken.next, detail };
    case 'port_forbidden':
      return { kind, text: problem.port_forbidden.text(at), next: problem.port_forbidden.next, detail };
    case 'unwritable':
      return { kind, text: problem.unwritable.text(dataDir), next: problem.unwritable.next, detail };
    default:
      return { kind, text: problem[kind].text, next: problem[kind].next, detail };
  }
}
