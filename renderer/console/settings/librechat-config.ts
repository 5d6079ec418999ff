/** Pure: what LibreChat needs to know of the gateway. */
export type LibrechatHost = 'here' | 'docker';

/** The endpoint, for `librechat.yaml`; the key stays in the environment. */
export function librechatYaml(origin: string, runs: LibrechatHost): string {
  return `version: 1.3.0
endpoints:
  custom:
    - name: "IA Solaris"
      apiKey: "\${SOLARIS_KEY}"
      baseURL: "${baseUrl(origin, runs)}"
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

/** From within a container, this machine has another name. */
function baseUrl(origin: string, runs: LibrechatHost): string {
  const url = new URL('/v1', origin);
  const isLoopback = /^(127\.|localhost$|\[::1\]$)/.test(url.hostname);
  if (runs === 'docker' && isLoopback) url.hostname = 'host.docker.internal';
  return url.href;
}
