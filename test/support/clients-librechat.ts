/**
 * LibreChat as the gateway meets it, from LibreChat's own packages: the chat model of a custom endpoint, and a whole turn
 * of an agent with its title call and its tools.
 */
import {
  type AgentRun,
  type ChatModel,
  type ContentPart,
  loadClientPackages,
  type TokenFigures,
} from '../clients/packages.ts';
import type { Endpoint } from './clients.ts';

/** The person in front of LibreChat. */
export interface LibreChatUser {
  /** Mongo id: 24 hex digits. */
  id: string;
  email: string;
  name: string;
}

export interface LibreChatEndpoint extends Endpoint {
  model: string;
  /** `addParams` of librechat.yaml, such as `{ streamUsage: true }`. */
  addParams?: Record<string, unknown>;
}

export interface LibreChatTool {
  name: string;
  description: string;
  /** JSON schema of the input. */
  schema: object;
  run(input: Record<string, unknown>): string;
}

/** How LibreChat talks to a model: chat completions, or a provider's own wire. */
export type LibreChatProvider = 'chat' | 'responses' | 'azure' | 'anthropic' | 'google';

export interface TurnOptions {
  /** Default: chat completions. */
  provider?: LibreChatProvider;
  tools?: readonly LibreChatTool[];
  /** Asks for a title beside the answer, as the first turn of a conversation does. */
  title?: boolean;
  /** The user's stop button. */
  signal?: AbortSignal;
}

export interface Turn {
  /** Settles with the assistant's message, or as the run fails. */
  answer: Promise<{ parts: ContentPart[]; text: string; usage: TokenFigures[] }>;
  /** Null without `title`. */
  title: Promise<string | null>;
}

export interface LibreChat {
  /** `ChatOpenAI` of @langchain/openai with the options that LibreChat gives it for a custom endpoint. */
  chatModel(endpoint: LibreChatEndpoint, user: LibreChatUser, streaming: boolean): ChatModel;
  /** Sends a message in a new conversation. */
  turn(endpoint: LibreChatEndpoint, user: LibreChatUser, text: string, options?: TurnOptions): Promise<Turn>;
}

/** Headers of the snippet that the gateway hands out, after LibreChat has put the user in. */
export function identityHeaders(user: LibreChatUser): Record<string, string> {
  return { 'X-User-Id': user.id, 'X-User-Email': headerValue(user.email), 'X-User-Name': headerValue(user.name) };
}

/** Latin-1 goes out as it is; anything beyond as `b64:` and Base64 of its UTF-8. */
function headerValue(value: string): string {
  return /[^\0-\u00ff]/.test(value) ? `b64:${Buffer.from(value).toString('base64')}` : value;
}

export async function loadLibreChat(): Promise<LibreChat> {
  const packages = await loadClientPackages();
  const { ChatOpenAI, GraphEvents, HumanMessage, ModelEndHandler, Providers, Run, tool } = packages;
  let runs = 0;

  /** What LibreChat's endpoints make of their settings, with the headers of the snippet. */
  const llmConfigOf = (provider: LibreChatProvider, endpoint: LibreChatEndpoint, user: LibreChatUser): object => {
    const { model, key: apiKey, baseUrl } = endpoint;
    const headers = { ...identityHeaders(user), ...endpoint.headers };
    const root = baseUrl.replace(/\/v1$/, '');
    switch (provider) {
      case 'anthropic': {
        const clientOptions = { baseURL: root, defaultHeaders: headers };
        const metadata = { user_id: user.id };
        return {
          provider: Providers.ANTHROPIC,
          model,
          apiKey,
          anthropicApiUrl: root,
          clientOptions,
          streaming: true,
          maxTokens: 2_000,
          invocationKwargs: { metadata },
        };
      }
      case 'google':
        return { provider: Providers.GOOGLE, model, apiKey, baseUrl: root, customHeaders: headers, streaming: true };
      case 'responses':
        return { provider: Providers.OPENAI, useResponsesApi: true, ...modelOptions(endpoint, user, true) };
      case 'azure':
        return {
          provider: Providers.AZURE,
          ...modelOptions(endpoint, user, true),
          azureOpenAIApiKey: apiKey,
          azureOpenAIApiDeploymentName: model,
          azureOpenAIApiVersion: '2024-10-21',
          azureOpenAIBasePath: `${root}/openai/deployments`,
          configuration: { defaultHeaders: headers },
        };
      case 'chat':
        return { provider: Providers.OPENAI, ...modelOptions(endpoint, user, true) };
    }
  };

  const createRun = (runId: string, llmConfig: object, usage: TokenFigures[], tools: readonly LibreChatTool[]) =>
    Run.create({
      runId,
      graphConfig: {
        type: 'standard',
        llmConfig,
        instructions: '',
        tools: tools.map(({ run, ...described }) => tool(async (input) => run(input), described)),
      },
      returnContent: true,
      customHandlers: { [GraphEvents.CHAT_MODEL_END]: new ModelEndHandler(usage) },
    });

  return {
    chatModel: (endpoint, user, streaming) => new ChatOpenAI(modelOptions(endpoint, user, streaming)),
    async turn(endpoint, user, text, { provider = 'chat', tools = [], title = false, signal } = {}) {
      runs += 1;
      const runId = `run-${runs}`;
      const usage: TokenFigures[] = [];
      const run = await createRun(runId, llmConfigOf(provider, endpoint, user), usage, tools);
      const config = {
        runId,
        streamMode: 'values',
        version: 'v2',
        signal,
        configurable: { thread_id: `conversation-${runs}`, user_id: user.id },
      };
      const message = new HumanMessage(text);
      const answer = run.processStream({ messages: [message] }, config).then((parts = []) => ({
        parts,
        text: parts.map((part) => part.text ?? '').join(''),
        usage,
      }));
      return { answer, title: title ? titleOf(run, endpoint, user, text, Providers.OPENAI) : Promise.resolve(null) };
    },
  };
}

/** What LibreChat makes of a custom endpoint: the user's id in the body, no `stream_options`, retries left at 6. */
function modelOptions(endpoint: LibreChatEndpoint, user: LibreChatUser, streaming: boolean): object {
  return {
    model: endpoint.model,
    apiKey: endpoint.key,
    user: user.id,
    streaming,
    streamUsage: false,
    usage: true,
    ...endpoint.addParams,
    configuration: { baseURL: endpoint.baseUrl, defaultHeaders: { ...identityHeaders(user), ...endpoint.headers } },
  };
}

async function titleOf(
  run: AgentRun,
  endpoint: LibreChatEndpoint,
  user: LibreChatUser,
  inputText: string,
  provider: string,
): Promise<string | null> {
  const options = {
    provider,
    clientOptions: modelOptions(endpoint, user, false),
    inputText,
    contentParts: [],
    titleMethod: 'completion',
    chainOptions: {},
  };
  // LibreChat keeps a failed title to itself.
  const made = await run.generateTitle(options).catch(() => null);
  return made?.title ?? null;
}
