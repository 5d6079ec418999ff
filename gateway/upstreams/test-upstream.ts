/** Asks an upstream for its models, and says in words what is wrong when that fails. */
import { SecretLostError } from '../config/secret-box.ts';
import type { GatewayContext } from '../context.ts';
import type { UpstreamTest } from '../contract/upstreams.ts';
import { createAgents } from './agents.ts';
import { askForModels, modelsIn } from './model-list.ts';
import type { UpstreamRow } from './queries.ts';

const TIMEOUT_MS = 10_000;
const SHOWN_MODELS = 200;

type Problem = NonNullable<UpstreamTest['problem']>;

/**
 * Calls the upstream's list of models with its key. Certificates are verified, redirects are not followed.
 *
 * @param timeoutMs after which the test gives up
 */
export async function testUpstream(
  context: GatewayContext,
  row: UpstreamRow,
  timeoutMs = TIMEOUT_MS,
): Promise<UpstreamTest> {
  if (row.kind === 'demo') return { ok: true, durationMs: 0, statusCode: null, models: row.models, problem: null };
  const startedAt = performance.now();
  const answer = await ask(context, row, timeoutMs).catch((error: unknown) => ({
    statusCode: null,
    models: [],
    problem: problemOf(error, timeoutMs),
  }));
  return { ok: answer.problem === null, durationMs: Math.round(performance.now() - startedAt), ...answer };
}

type Answer = Pick<UpstreamTest, 'statusCode' | 'models' | 'problem'>;

async function ask(context: GatewayContext, row: UpstreamRow, timeoutMs: number): Promise<Answer> {
  const apiKey = row.apiKey ? await context.secrets.open(row.apiKey) : null;
  const agents = createAgents();
  try {
    const agent = agents.of({ connectMs: timeoutMs, caCertificate: row.options?.caCertificate ?? null });
    const response = await askForModels({ kind: row.kind, baseUrl: row.baseUrl, apiKey }, timeoutMs, agent);
    const { status: statusCode } = response;
    const refused = refusalOf(response, apiKey !== null);
    if (refused) {
      await response.body?.cancel();
      return { statusCode, models: [], problem: refused };
    }
    const models = await modelsIn(response);
    if (!models) return { statusCode, models: [], problem: NO_LIST };
    return { statusCode, models: models.slice(0, SHOWN_MODELS).map(({ id }) => id), problem: null };
  } finally {
    await agents.close();
  }
}

const NO_LIST = problem(
  'not_an_api',
  'It answers, but not with a list of models. Check the path of the base URL; most end with /v1.',
);

function refusalOf({ status, ok }: Response, hasKey: boolean): Problem | null {
  if (ok) return null;
  if (status === 401 || status === 403) {
    return hasKey
      ? problem('key_refused', 'The upstream refuses the key. Enter it again, or make a new one there.')
      : problem('key_missing', 'The upstream asks for a key, and none is set.');
  }
  if (status === 404) {
    return problem('not_found', 'There is nothing at this address. Check the path of the base URL; most end with /v1.');
  }
  if (status >= 300 && status < 400) {
    return problem('redirected', 'The upstream sends us elsewhere. Write the final address into the base URL.');
  }
  if (status === 429)
    return problem('rate_limited', 'The upstream is reached and knows the key, but it is over its rate limit now.');
  return problem('upstream_error', `The upstream answers with status ${status}.`);
}

function problemOf(error: unknown, timeoutMs: number): Problem {
  if (error instanceof SecretLostError) {
    return problem('secret_lost', 'The key of this upstream cannot be opened any more. Enter it again.');
  }
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.name === 'TimeoutError') {
      return problem('timeout', `There was no answer within ${timeoutMs / 1_000} seconds.`);
    }
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    const known = KNOWN_CODES.find(([pattern]) => pattern.test(code));
    if (known) return problem(known[1], known[2]);
  }
  return problem('unreachable', 'The upstream cannot be reached.');
}

const KNOWN_CODES: readonly [pattern: RegExp, code: string, message: string][] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'unknown_host', 'There is no host of this name. Check the base URL and the network.'],
  [/^ECONNREFUSED$/, 'refused', 'Nothing listens at this address. Is the upstream running, and is the port right?'],
  [
    /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH)$/,
    'unreachable',
    'The host does not answer. Check the network and the firewall.',
  ],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    'broken_off',
    'The upstream breaks the connection off. Is it https:// where http:// is meant, or the other way round?',
  ],
  [
    /^(CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/,
    'tls',
    'The certificate of the upstream is not trusted, or it does not speak TLS. Certificates are always checked.',
  ],
];

function problem(code: string, message: string): Problem {
  return { code, message };
}
