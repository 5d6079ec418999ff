/** A real LiteLLM proxy, where one is installed: `pip install 'litellm[proxy]'`, on the PATH or named by LITELLM_BIN. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryDir } from './build.ts';
import { closedPort } from './mock-upstream/index.ts';

export const LITELLM_KEY = 'sk-litellm-0123456789';
export const LITELLM_TEXT = 'Hello from LiteLLM, word for word.';

const BIN = process.env.LITELLM_BIN ?? 'litellm';
/** It loads for a minute on a busy machine. */
const START_TRIES = 300;

/** False where it is installed, else the line that says what is missing. */
export function litellmMissing(): string | false {
  const found = spawnSync(BIN, ['--help'], { stdio: 'ignore', timeout: 120_000 }).status === 0;
  return found ? false : "needs a LiteLLM: pip install 'litellm[proxy]', on the PATH or named by LITELLM_BIN";
}

/** Starts it with models that answer, refuse and fail by themselves. @returns its base URL, with `/v1` */
export async function startLiteLlm(t: TestContext): Promise<string> {
  const dir = temporaryDir(t);
  const model = (name: string, answer: string) => ({
    model_name: name,
    litellm_params: { model: 'openai/gpt-4o-mini', api_key: 'sk-none', mock_response: answer },
  });
  const config = {
    model_list: [
      model('mock-chat', LITELLM_TEXT),
      model('mock-429', 'litellm.RateLimitError'),
      model('mock-500', 'litellm.InternalServerError'),
    ],
    litellm_settings: { num_retries: 0, telemetry: false },
    general_settings: { master_key: LITELLM_KEY },
  };
  const file = join(dir, 'config.yaml');
  // Every JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  const baseUrl = await closedPort();
  const { port } = new URL(baseUrl);
  const args = ['--config', file, '--host', '127.0.0.1', '--port', port, '--telemetry', 'False'];
  const env = { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True', DISABLE_ADMIN_UI: 'True', NO_DOCS: 'True' };
  const child = spawn(BIN, args, { stdio: 'ignore', env, cwd: dir });
  t.after(() => stop(child));
  for (let attempt = 0; attempt < START_TRIES; attempt += 1) {
    const answer = await fetch(new URL('/health/liveliness', baseUrl)).catch(() => null);
    if (answer?.ok) return baseUrl;
    if (child.exitCode !== null) throw new Error(`LiteLLM ended with ${child.exitCode}.`);
    await wait(500);
  }
  throw new Error('LiteLLM did not start.');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
