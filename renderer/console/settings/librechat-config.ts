/** Pure: what LibreChat needs to know of the gateway, for how it runs. */
import type { Machine } from '../../../gateway/contract/machine.ts';

export const LIBRECHAT_RUNS = ['npm', 'docker-desktop', 'docker', 'remote'] as const;
/** `npm`: on this machine. `docker-desktop`, `docker`: in containers here, `docker` on Linux. `remote`: on another machine. */
export type LibrechatRuns = (typeof LIBRECHAT_RUNS)[number];

/** The name that containers have for the machine that they run on. */
const HOST_OF_CONTAINERS = 'host.docker.internal';

/**
 * The base URL for LibreChat, with `/v1`.
 *
 * @param address of this machine, as LibreChat's machine reaches it; for `remote` without a public address
 */
export function baseUrlFor(machine: Machine, runs: LibrechatRuns, address: string | null): string {
  const { url, publicUrl } = machine;
  if (runs === 'remote' && publicUrl !== null) return `${publicUrl.replace(/\/$/, '')}/v1`;
  const own = new URL('/v1', url === '' ? 'http://127.0.0.1:5000' : url);
  if (runs === 'remote') {
    own.protocol = 'http:';
    own.hostname = address === null ? own.hostname : hostInUrl(address);
  }
  if (runs === 'docker' || runs === 'docker-desktop') own.hostname = HOST_OF_CONTAINERS;
  return own.href;
}

/**
 * The address at which the gateway has to listen besides, so that LibreChat reaches it; null where loopback is enough:
 * Docker Desktop carries its containers' calls there.
 */
export function listenerFor(machine: Machine, runs: LibrechatRuns): string | null {
  if (runs === 'docker') return bridgeOf(machine);
  if (runs === 'remote' && machine.publicUrl === null) return networkOf(machine);
  return null;
}

/** Where Docker puts its bridge unless it is told otherwise. */
const USUAL_BRIDGE = '172.17.0.1';

function bridgeOf({ addresses }: Machine): string {
  const bridges = addresses.filter(({ kind, address }) => kind === 'bridge' && !address.includes(':'));
  return (bridges.find(({ name }) => name === 'docker0') ?? bridges[0])?.address ?? USUAL_BRIDGE;
}

function networkOf({ addresses }: Machine): string | null {
  return addresses.find(({ kind }) => kind === 'network')?.address ?? null;
}

/** Whether the gateway listens at the address now. */
export function listensAt({ networkUrls }: Machine, address: string): boolean {
  return networkUrls.some((url) => new URL(url).hostname === hostInUrl(address));
}

function hostInUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** The endpoint, for `librechat.yaml`; the key stays in the environment. */
export function librechatYaml(baseUrl: string): string {
  return `version: 1.3.0
endpoints:
  custom:
    - name: "IA Solaris"
      apiKey: "\${SOLARIS_KEY}"
      baseURL: "${baseUrl}"
      models: { default: ["gpt-4o"], fetch: true }
      titleConvo: true
      titleModel: "current_model"
      headers:
        X-User-Id: "{{LIBRECHAT_USER_ID}}"
        X-User-Email: "{{LIBRECHAT_USER_EMAIL}}"
        X-User-Name: "{{LIBRECHAT_USER_NAME}}"
        X-Conversation-Id: "{{LIBRECHAT_BODY_CONVERSATIONID}}"
`;
}

/** @param secret null when it is not known any more */
export function librechatEnv(secret: string | null): string {
  return `SOLARIS_KEY=${secret ?? 'sk-sol-…'}`;
}

/** What brings `librechat.yaml` into the container, and the host's name where Docker does not know it by itself. */
export function composeOverride(runs: 'docker-desktop' | 'docker'): string {
  const hosts = `    extra_hosts:
      - "${HOST_OF_CONTAINERS}:host-gateway"
`;
  return `services:
  api:
    volumes:
      - type: bind
        source: ./librechat.yaml
        target: /app/librechat.yaml
${runs === 'docker' ? hosts : ''}`;
}

/** What a shell has to run so that LibreChat reads its files again. */
export function restartCommand(runs: LibrechatRuns): string {
  return runs === 'docker' || runs === 'docker-desktop'
    ? 'docker compose up -d --force-recreate api'
    : 'npm run backend';
}
