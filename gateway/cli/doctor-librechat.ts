/** What `doctor` looks at in a librechat.yaml: that its requests reach this gateway, and say whose they are. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { librechatSnippet } from '../cli-output.ts';
import { reason } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import { isLoopback } from '../ops/network-exposure.ts';
import { type Finding, fail, ok, warn } from './findings.ts';

const endpoint = z.looseObject({
  name: z.string().default('(without a name)'),
  apiKey: z.string().optional(),
  baseURL: z.string().optional(),
  headers: z.record(z.string(), z.coerce.string()).default({}),
  dropParams: z.array(z.string()).default([]),
  directEndpoint: z.boolean().default(false),
});
type Endpoint = z.infer<typeof endpoint>;

const config = z.looseObject({
  endpoints: z.looseObject({ custom: z.array(endpoint).default([]) }).default({ custom: [] }),
});

/** Placeholders that LibreChat resolves; any other stays in the header as it is written. */
const USER_FIELDS =
  /^LIBRECHAT_(USER_(ID|NAME|USERNAME|EMAIL|PROVIDER|ROLE|GOOGLEID|FACEBOOKID|OPENIDID|SAMLID|LDAPID|GITHUBID|DISCORDID|APPLEID|EMAILVERIFIED|TWOFACTORENABLED|TERMSACCEPTED|TERMSACCEPTEDAT)|BODY_(CONVERSATIONID|PARENTMESSAGEID|MESSAGEID|AGENTID)|OPENID_(TOKEN|ACCESS_TOKEN|ID_TOKEN|USER_ID|USER_EMAIL|USER_NAME|EXPIRES_AT)|GRAPH_ACCESS_TOKEN)$/;

/** Checks the file; changes nothing. */
export async function checkLibreChat(file: string, settings: Settings): Promise<Finding[]> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return [
      fail('librechat', `${file} cannot be read: ${reason(error)}.`, 'Name the librechat.yaml that LibreChat uses.'),
    ];
  }
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken)
    return [
      fail(
        'librechat',
        `${file} is not valid YAML: ${broken.message.split('\n')[0]}`,
        'LibreChat ignores such a file. Correct it.',
      ),
    ];
  const parsed = config.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return [
      fail(
        'librechat',
        `${file}: ${issue?.path.join('.')} is not as LibreChat expects it: ${issue?.message}`,
        'Compare it with the snippet below.',
      ),
      snippet(settings),
    ];
  }
  const ours = parsed.data.endpoints.custom.filter(
    ({ baseURL }) => baseURL !== undefined && leadsHere(baseURL, settings),
  );
  if (ours.length === 0) {
    return [
      fail(
        'librechat',
        `No custom endpoint in ${file} has a baseURL of this gateway (port ${settings.port}).`,
        'Add the endpoint below.',
      ),
      snippet(settings),
    ];
  }
  return ours.flatMap((found) => checkEndpoint(found, settings));
}

function checkEndpoint(found: Endpoint, settings: Settings): Finding[] {
  const findings: Finding[] = [];
  const where = `LibreChat's endpoint "${found.name}"`;
  const { baseURL = '' } = found;
  if (!/\/v1\/?$/.test(baseURL))
    findings.push(fail('librechat', `${where}: baseURL is ${baseURL}.`, 'Let it end with /v1.'));
  if (found.directEndpoint)
    findings.push(
      fail(
        'librechat',
        `${where}: directEndpoint is set.`,
        'Remove it: LibreChat would not add the path of the request.',
      ),
    );
  if (!found.apiKey)
    findings.push(
      fail(
        'librechat',
        `${where}: there is no apiKey.`,
        'Give the service key, best as a variable of LibreChat’s .env.',
      ),
    );
  else if (found.apiKey === 'user_provided')
    findings.push(
      fail(
        'librechat',
        `${where}: each user gives an own key.`,
        'Give the service key, so that users are told apart by the headers.',
      ),
    );

  const headers = new Map(Object.entries(found.headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const email = settings.identityHeaders.email.find((name) => headers.get(name) === '{{LIBRECHAT_USER_EMAIL}}');
  const id = settings.identityHeaders.id.find((name) => headers.get(name) === '{{LIBRECHAT_USER_ID}}');
  if (!email) {
    findings.push(
      warn(
        'librechat',
        `${where}: no header tells the user's e-mail.`,
        `Add to its headers: ${title(settings.identityHeaders.email[0])}: "{{LIBRECHAT_USER_EMAIL}}"`,
      ),
    );
  }
  const sendsUser = !found.dropParams.includes('user');
  if (!id && !sendsUser)
    findings.push(
      warn(
        'librechat',
        `${where}: dropParams drops "user", and no header tells the user's id.`,
        'Remove "user" from dropParams.',
      ),
    );
  if (!email && !id && !sendsUser)
    findings.push(
      fail(
        'librechat',
        `${where}: requests do not say whose they are; all would be refused.`,
        'Add the headers below.',
      ),
      snippet(settings),
    );
  for (const [name, value] of headers) {
    for (const [, placeholder = ''] of value.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)) {
      if (!USER_FIELDS.test(placeholder))
        findings.push(
          fail(
            'librechat',
            `${where}: header ${name} has {{${placeholder}}}, which LibreChat does not know.`,
            'Correct its spelling: it would be sent as it is written.',
          ),
        );
    }
  }
  return findings.length > 0 ? findings : [ok('librechat', `${where} leads here and names its users.`)];
}

/** Whether the URL may be of this gateway. An unresolved `${VAR}` may be anything. */
function leadsHere(baseUrl: string, { port, publicUrl, networkHosts, host }: Settings): boolean {
  if (baseUrl.includes('${')) return true;
  if (!URL.canParse(baseUrl)) return false;
  const url = new URL(baseUrl);
  if (publicUrl !== null && url.origin === new URL(publicUrl).origin) return true;
  if (Number(url.port || (url.protocol === 'https:' ? 443 : 80)) !== port) return false;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const own = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
  return isLoopback(name) || name === 'host.docker.internal' || [host, ...networkHosts, ...own].includes(name);
}

function snippet(settings: Settings): Finding {
  const url = settings.publicUrl ?? `http://${settings.networkHosts[0] ?? settings.host}:${settings.port}`;
  return warn(
    'librechat',
    'An endpoint that works:',
    `\n${librechatSnippet(url, 'gpt-4o-mini')
      .map((line) => `        ${line}`)
      .join('\n')}`,
  );
}

/** `x-user-email` as people write it: `X-User-Email`. */
function title(header = 'x-user-email'): string {
  return header.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
