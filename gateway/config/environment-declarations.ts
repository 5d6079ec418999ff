/** What variables alone can set up: upstreams by their API keys, LibreChat's service key, the owner. */
import { ConfigError } from '../ops/start-error.ts';
import { type Declarations, declarationsSchema, NO_DECLARATIONS } from './declarations.ts';
import type { Environment } from './environment.ts';

/** E-mail of the first owner where nobody named another. */
export const DEFAULT_OWNER = 'admin@localhost';

/**
 * Reads OPENAI_API_KEY, ANTHROPIC_API_KEY, LITELLM_BASE_URL, LITELLM_API_KEY, SERVICE_KEY, ADMIN_EMAIL and ADMIN_PASSWORD.
 *
 * @throws ConfigError that names the variable and what is expected
 */
export function environmentDeclarations(environment: Environment): Declarations {
  const openai = environment.secret('OPENAI_API_KEY');
  const anthropic = environment.secret('ANTHROPIC_API_KEY');
  const liteUrl = environment.text('LITELLM_BASE_URL');
  const liteKey = environment.secret('LITELLM_API_KEY');
  const serviceKey = environment.secret('SERVICE_KEY');
  const email = environment.text('ADMIN_EMAIL');
  const password = environment.secret('ADMIN_PASSWORD');
  if (liteKey && !liteUrl) throw new ConfigError([`${liteKey.from} is set; LITELLM_BASE_URL must be set too.`]);

  const checked = declarationsSchema.safeParse({
    ...NO_DECLARATIONS,
    upstreams: [
      // The narrow pattern first: what Anthropic serves must not go to one that claims to serve everything.
      ...(anthropic
        ? [
            {
              id: 'anthropic',
              kind: 'anthropic',
              name: 'Anthropic',
              baseUrl: 'https://api.anthropic.com/v1',
              apiKey: anthropic.value,
              models: ['claude-*'],
            },
          ]
        : []),
      ...(openai
        ? [
            {
              id: 'openai',
              kind: 'openai',
              name: 'OpenAI',
              baseUrl: 'https://api.openai.com/v1',
              apiKey: openai.value,
              models: ['*'],
            },
          ]
        : []),
      ...(liteUrl
        ? [
            {
              id: 'litellm',
              kind: 'openai',
              name: 'LiteLLM',
              baseUrl: liteUrl.value,
              apiKey: liteKey?.value ?? null,
              models: ['*'],
            },
          ]
        : []),
    ],
    serviceKeys: serviceKey ? [{ name: 'environment', key: serviceKey.value }] : [],
    operators:
      email || password ? [{ email: email?.value ?? DEFAULT_OWNER, password: password?.value, role: 'owner' }] : [],
  });
  if (checked.success) return checked.data;
  throw new ConfigError(
    checked.error.issues.map((issue) => {
      const [list, , field] = issue.path;
      return `${variableOf(String(list), String(field))} ${issue.message.replace(/\.$/, '')}.`;
    }),
  );

  function variableOf(list: string, field: string): string {
    if (list === 'serviceKeys') return serviceKey?.from ?? 'SERVICE_KEY';
    if (list === 'operators')
      return field === 'password' ? (password?.from ?? 'ADMIN_PASSWORD') : (email?.from ?? 'ADMIN_EMAIL');
    return field === 'baseUrl' ? (liteUrl?.from ?? 'LITELLM_BASE_URL') : 'The API key of an upstream';
  }
}
