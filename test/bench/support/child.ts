/** Child processes of the bench and the calls to them. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ParentReply, ParentRequest } from '../hosts/parent-channel.ts';

export interface Child<Call> {
  readonly pid: number;
  call(call: Call): Promise<unknown>;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts `hosts/<name>`. Every process of the bench runs on this Node, with these flags. */
export function startChild<Call>(name: string): Child<Call> {
  const file = fileURLToPath(new URL(`../hosts/${name}`, import.meta.url));
  const child: ChildProcess = fork(file, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let gone = false;
  child.on('message', (reply: ParentReply) => {
    const caller = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) caller?.reject(new Error(`${name}: ${reply.error}`));
    else caller?.resolve(reply.value);
  });
  child.once('exit', (code, signal) => {
    gone = true;
    for (const caller of waiting.values()) caller.reject(new Error(`${name} ended with ${code ?? signal}.`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    call(call) {
      if (gone) return Promise.reject(new Error(`${name} is not running.`));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.send({ id, call } satisfies ParentRequest<Call>);
      });
    },
    async stop() {
      if (gone) return;
      const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.disconnect();
      const deadline = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(deadline);
    },
  };
}
