/** Pure: where OpenAI's endpoints lie, at OpenAI, at whoever copied it, and at Azure. */
import { BadRequestError, type Dialect, type JsonObject, type Server, type Target } from './dialect.ts';
import { requiredText } from './fields.ts';

/** What all dialects of OpenAI's have in common. */
export type OpenAiEndpoint = Pick<
  Dialect,
  'endpoint' | 'paths' | 'kinds' | 'keyHeaders' | 'queryParameters' | 'destination'
>;

export interface AzureEndpoint {
  /** Whether it lies below the deployment; else its model is in the body. */
  readonly deployments: boolean;
  /** Sent where the client names no version: the first in which the endpoint is stable. */
  readonly apiVersion: string;
}

const LONGEST_MODEL = 200;

/**
 * @param path below the base URL, such as `/chat/completions`
 * @param azure null where Azure has no such endpoint
 */
export function openAiEndpoint(path: string, azure: AzureEndpoint | null): OpenAiEndpoint {
  const azurePaths = azure?.deployments ? [`/openai/deployments/:deployment${path}`] : azure ? [`/openai${path}`] : [];
  return {
    endpoint: `/v1${path}`,
    paths: azure ? [`/v1${path}`, `/openai/v1${path}`, ...azurePaths] : [`/v1${path}`],
    kinds: azure ? { openai: 'native', azure: 'native' } : { openai: 'native' },
    keyHeaders: ['api-key'],
    queryParameters: azure ? ['api-version'] : [],
    destination(server, model, target) {
      if (server.kind !== 'azure' || !azure) return { path, query: '' };
      return azureDestination(path, azure, server, model, target);
    },
  };
}

/** The base URL of an Azure resource may end behind its host, with `/openai`, or with `/openai/v1`. */
function azureDestination(path: string, azure: AzureEndpoint, { pathPrefix }: Server, model: string, target: Target) {
  const asked = target.query['api-version'];
  if (pathPrefix.endsWith('/v1')) return { path, query: asked === undefined ? '' : versionQuery(asked) };
  const root = pathPrefix.endsWith('/openai') ? '' : '/openai';
  const deployment = azure.deployments ? `/deployments/${encodeURIComponent(model)}` : '';
  return { path: `${root}${deployment}${path}`, query: versionQuery(asked ?? azure.apiVersion) };
}

function versionQuery(version: string): string {
  return `api-version=${encodeURIComponent(version)}`;
}

/** The model that a request names: in its body, or as the deployment in an Azure path. @throws BadRequestError */
export function openAiModel(body: JsonObject, { params }: Target): string {
  const { deployment } = params;
  if (deployment === undefined) return requiredText(body, 'model', LONGEST_MODEL);
  if (deployment.length > LONGEST_MODEL) {
    throw new BadRequestError(`The deployment's name is longer than ${LONGEST_MODEL} characters.`);
  }
  return deployment;
}
