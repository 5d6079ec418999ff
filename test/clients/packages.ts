/**
 * LibreChat's own packages, loaded from the package beside this file. They are not part of the main tree, so their
 * types are not known to the compiler: what the tests use of them is described here.
 */
import { existsSync } from 'node:fs';

/** True when `npm ci --prefix test/clients --ignore-scripts` has run. */
export function clientsInstalled(): boolean {
  return existsSync(new URL('./node_modules/@librechat/agents/package.json', import.meta.url));
}

export interface TokenFigures {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

export interface AiMessage {
  content: unknown;
  usage_metadata?: TokenFigures;
  tool_calls?: { name: string; args: unknown }[];
}

export interface ChatModel {
  invoke(input: string, options?: { signal?: AbortSignal }): Promise<AiMessage>;
  stream(input: string, options?: { signal?: AbortSignal }): Promise<AsyncIterable<AiMessage>>;
}

/** A piece of an assistant message as LibreChat stores it. */
export interface ContentPart {
  type: string;
  text?: string;
  tool_call?: { name: string; args: unknown; output?: string };
}

export interface AgentRun {
  processStream(input: { messages: unknown[] }, config: object): Promise<ContentPart[] | undefined>;
  generateTitle(options: object): Promise<{ title?: string }>;
}

export interface ClientPackages {
  ChatOpenAI: new (options: object) => ChatModel;
  HumanMessage: new (text: string) => unknown;
  tool: (run: (input: never) => Promise<string>, options: object) => unknown;
  Run: { create(options: object): Promise<AgentRun> };
  Providers: { OPENAI: string; AZURE: string; ANTHROPIC: string; GOOGLE: string };
  GraphEvents: { CHAT_MODEL_END: string };
  ModelEndHandler: new (usage: TokenFigures[]) => unknown;
}

/** Loads the packages; about a second and 100 MB, so only in tests that need them. */
export async function loadClientPackages(): Promise<ClientPackages> {
  const names = ['@librechat/agents', '@langchain/openai', '@langchain/core/messages', '@langchain/core/tools'];
  const modules: object[] = await Promise.all(names.map((name) => import(name)));
  return Object.assign({}, ...modules) as ClientPackages;
}
