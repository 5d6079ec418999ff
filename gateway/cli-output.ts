/** What a start prints: addresses, secrets that are shown once, and what to do next. */
import { asc, eq } from 'drizzle-orm';
import type { IssuedSecrets } from './config/first-run.ts';
import type { GatewayContext } from './context.ts';
import type { Addresses, Gateway } from './gateway.ts';
import { ECHO_MODEL } from './proxy/model-facts.ts';

export interface StartFacts {
  readonly version: string;
  readonly dataDir: string;
  readonly addresses: Addresses;
  readonly issued: IssuedSecrets;
  /** A model that this gateway serves, for the example. */
  readonly model: string;
  readonly isDemo: boolean;
}

/** The text for this start: long when it made secrets, else short. */
export async function describeStart(gateway: Gateway, addresses: Addresses, isDemo: boolean): Promise<string> {
  const { context, issued } = gateway;
  const { version, dataDir } = context;
  return startText({ version, dataDir, addresses, issued, model: await exampleModel(context), isDemo });
}

/** Pure: the text for people. */
export function startText({ version, dataDir, addresses, issued, model, isDemo }: StartFacts): string {
  const { url, network, publicUrl } = addresses;
  const places = [
    ['Console', `${publicUrl ?? url}/admin/`],
    ['Portal', `${publicUrl ?? url}/portal/`],
    ['API reference', `${url}/api/docs`],
    ['OpenAI base URL', `${url}/v1`],
    ...network.map((base) => ['  from elsewhere', `${base}/v1`]),
    ['Data', isDemo ? `${dataDir} (thrown away at the end)` : dataDir],
  ].map(([name = '', value = '']) => `  ${name.padEnd(18)}${value}`);
  const sections = [[`IA Solaris ${version} is running.`, '', ...places]];
  for (const { email, password } of issued.passwords) {
    sections.push([
      'Sign in (the password is shown this once)',
      `  ${'E-mail'.padEnd(18)}${email}`,
      `  ${'Password'.padEnd(18)}${password}`,
    ]);
  }
  if (issued.serviceKey !== null) {
    const { serviceKey } = issued;
    sections.push(
      ['Service key for LibreChat (shown this once; only its hash is kept)', `  ${serviceKey}`],
      ['Try it', ...indent(exampleCurl(url, serviceKey, model))],
      [
        'librechat.yaml (with SOLARIS_KEY=<the service key> in its .env)',
        ...indent(librechatSnippet(network[0] ?? url, model)),
      ],
    );
    if (network.length === 0) {
      sections.push([
        'LibreChat in Docker does not reach 127.0.0.1 of this machine: set NETWORK_HOSTS to the bridge address, such as 172.17.0.1.',
      ]);
    }
  }
  sections.push(['Stop with Ctrl+C.']);
  return `\n${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A request that streams, for any POSIX shell. */
export function exampleCurl(url: string, key: string, model: string): string[] {
  const body = { model, stream: true, messages: [{ role: 'user', content: 'Hello' }] };
  return [
    `curl -N ${url}/v1/chat/completions \\`,
    `  -H 'Authorization: Bearer ${key}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -H 'X-User-Email: ana@example.com' \\`,
    `  -d '${JSON.stringify(body)}'`,
  ];
}

/** What LibreChat needs, with the user of each request in its headers. The key stays out of the file. */
export function librechatSnippet(url: string, model: string): string[] {
  return [
    'version: 1.3.0',
    'endpoints:',
    '  custom:',
    '    - name: "IA Solaris"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: LibreChat fills it in from its environment
    '      apiKey: "${SOLARIS_KEY}"',
    `      baseURL: "${url}/v1"`,
    `      models: { default: ["${model}"], fetch: true }`,
    '      titleConvo: true',
    '      titleModel: "current_model"',
    '      headers:',
    '        X-User-Id: "{{LIBRECHAT_USER_ID}}"',
    '        X-User-Email: "{{LIBRECHAT_USER_EMAIL}}"',
    '        X-User-Name: "{{LIBRECHAT_USER_NAME}}"',
    '        X-Conversation-Id: "{{LIBRECHAT_BODY_CONVERSATIONID}}"',
  ];
}

/** A model that the first upstream serves, as far as its patterns tell; the demo's where there is none. */
async function exampleModel({ db }: GatewayContext): Promise<string> {
  const { upstreams } = db.tables;
  const [first] = await db
    .select({ kind: upstreams.kind, models: upstreams.models })
    .from(upstreams)
    .where(eq(upstreams.enabled, true))
    .orderBy(asc(upstreams.position), asc(upstreams.id))
    .limit(1);
  if (!first || first.kind === 'demo') return ECHO_MODEL;
  const named = first.models.find((pattern) => !pattern.includes('*'));
  return named ?? (first.models.some((pattern) => pattern.startsWith('claude')) ? 'claude-haiku-4-5' : 'gpt-4o-mini');
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
