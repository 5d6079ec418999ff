/** Pure: the providers that people have, and where each is. */
import type { Upstream } from '../../../gateway/contract/upstreams.ts';

export interface Preset {
  readonly id: string;
  /** As it calls itself. */
  readonly name: string;
  readonly kind: Upstream['kind'];
  readonly baseUrl: string;
  /** Whether it answers nobody without a key. */
  readonly needsKey: boolean;
}

export const PRESETS: readonly Preset[] = [
  { id: 'openai', name: 'OpenAI', kind: 'openai', baseUrl: 'https://api.openai.com/v1', needsKey: true },
  { id: 'anthropic', name: 'Anthropic', kind: 'anthropic', baseUrl: 'https://api.anthropic.com/v1', needsKey: true },
  {
    id: 'gemini',
    name: 'Google Gemini',
    kind: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    needsKey: true,
  },
  {
    id: 'azure',
    name: 'Azure OpenAI',
    kind: 'azure',
    baseUrl: 'https://NAME.openai.azure.com/openai/v1',
    needsKey: true,
  },
  { id: 'openrouter', name: 'OpenRouter', kind: 'openai', baseUrl: 'https://openrouter.ai/api/v1', needsKey: true },
  { id: 'litellm', name: 'LiteLLM', kind: 'openai', baseUrl: 'http://127.0.0.1:4000/v1', needsKey: true },
  { id: 'ollama', name: 'Ollama', kind: 'openai', baseUrl: 'http://127.0.0.1:11434/v1', needsKey: false },
];

/** Any other server that speaks OpenAI's language. */
export const OTHER: Preset = { id: 'other', name: '', kind: 'openai', baseUrl: '', needsKey: false };
