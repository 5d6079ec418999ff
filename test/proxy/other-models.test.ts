/** A model that is named anywhere beside the one that is asked for is gated, or refused: it would answer unmetered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANA, buildProxy, chat } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { SMALL } from '../support/wires-kit.ts';

const MODEL = 'openai/gpt-5-mini';
const OTHER = 'anthropic/claude-opus-5';
const schema = { type: 'object', properties: { model: { type: 'string', enum: [OTHER] }, models: { type: 'array' } } };
const CLIENT_TOOLS = [
  { type: 'function', function: { name: 'f', parameters: { ...schema, default: { model: OTHER } } } },
  { type: 'custom', name: 'g', description: 'any', format: { model: OTHER } },
  { function: { name: 'h', parameters: { examples: [{ model: OTHER }] } } },
  { name: 'i', input_schema: { ...schema, default: { model: OTHER } } },
];

test('tools of the provider and plugins name no other model, however deep', async (t) => {
  const kit = await buildProxy(t);
  const refused: [object, string][] = [
    [{ tools: [{ type: 'advisor_20260301', name: 'advisor', model: OTHER }] }, 'tools'],
    [{ tools: [{ type: 'openrouter:advisor', parameters: { model: OTHER } }] }, 'tools'],
    [{ tools: [{ type: 'openrouter:advisor', parameters: { Model: OTHER } }] }, 'tools'],
    [{ tools: [{ type: 'openrouter:fusion', parameters: { analysis_models: [MODEL, OTHER] } }] }, 'tools'],
    [{ tools: [{ type: 'openrouter:x', parameters: { model: { id: OTHER } } }] }, 'tools'],
    [{ tools: [{ type: 'openrouter:x', parameters: { type: 'function', model: OTHER } }] }, 'tools'],
    [{ tools: [{ type: 'openrouter:x', parameters: { tools: [{ type: 'openrouter:y', model: OTHER }] } }] }, 'tools'],
    [{ plugins: [{ id: 'fusion', model: OTHER }] }, 'plugins'],
    [{ plugins: [{ id: 'auto-router', allowed_models: ['anthropic/*'] }] }, 'plugins'],
    [{ plugins: { id: 'fusion', preset: { judge_model: OTHER } } }, 'plugins'],
    [{ tools: [{ type: 'image_generation', parameters: { model: OTHER } }] }, 'tools'],
    [
      {
        tools: [
          { type: 'image_generation', model: 'gpt-image-1' },
          { type: 'image_generation', model: 'gpt-image-2' },
        ],
      },
      'tools',
    ],
  ];
  for (const [extra, param] of refused) {
    for (const { path, body } of [{ path: SMALL.chat.path, body: chat() }, SMALL.responses, SMALL.messages]) {
      const answer = await kit.ask({ ...body, model: MODEL, ...extra }, { path });
      assert.equal(answer.status, 400, `${path} ${JSON.stringify(extra)}`);
      assert.match(errorIn(answer).message, new RegExp(`^'${param}' may `));
    }
  }
  const twice = JSON.stringify(chat({ model: MODEL, tools: [{ type: 'openrouter:advisor', parameters: { a: 1 } }] }));
  const answer = await kit.ask(twice.replace('"a":1', `"model":"${OTHER}","model":"${MODEL}"`));
  assert.deepEqual([answer.status, errorIn(answer).param], [400, 'tools']);
  const otherCase = await kit.ask(chat({ Plugins: [{ id: 'fusion', model: OTHER }] }));
  assert.equal(otherCase.status, 400);
  assert.equal(kit.upstream.calls.length, 0);
});

test('the model that is asked for may be named again, and what clients run themselves may name anything', async (t) => {
  const kit = await buildProxy(t);
  const served = [
    { tools: CLIENT_TOOLS },
    { tools: [{ type: 'openrouter:advisor', parameters: { model: MODEL, tools: CLIENT_TOOLS } }] },
    { tools: [{ type: 'openrouter:web_search', parameters: { max_results: 3 } }] },
    { plugins: [{ id: 'web' }, { id: 'fusion', model: MODEL, analysis_models: [MODEL] }] },
  ];
  for (const extra of served) {
    const answer = await kit.ask(chat({ model: MODEL, ...extra }));
    assert.equal(answer.status, 200, `${JSON.stringify(extra)} ${answer.text}`);
  }
});

test('a model that draws on the way is part of the plan, and is held for, on every wire that can draw', async (t) => {
  const kit = await buildProxy(t, {
    config: {
      plans: [{ id: 'small', monthlyLimit: 1_000_000 }],
      users: [{ email: ANA, plan: 'small' }],
    },
  });
  const allowedModels = ['openai/gpt-5-mini', 'openai/gpt-5-image', 'gpt-image-1'];
  const limited = await kit.api('/api/admin/plans/small', { method: 'PUT', body: { allowedModels, reason: 'test' } });
  assert.equal(limited.status, 200, JSON.stringify(limited.body));
  const draw = async (tool: object) => {
    const answer = await kit.ask(chat({ model: MODEL, max_completion_tokens: 300, tools: [tool] }));
    return answer.status === 200 ? ((await kit.settled()).at(-1)?.reservedTokens ?? 0) : errorIn(answer).code;
  };
  const refused = { type: 'openrouter:image_generation', parameters: { model: 'openai/gpt-image-2' } };
  assert.equal(await draw(refused), 'model_not_allowed');
  assert.equal(await draw({ type: 'image_generation', model: 'gpt-image-2' }), 'model_not_allowed');
  const [without, drawing] = [
    await draw({ type: 'openrouter:datetime', parameters: {} }),
    await draw({ type: 'openrouter:image_generation', parameters: {} }),
  ];
  assert.ok(Number(drawing) - Number(without) >= 4_000, `${drawing} instead of ${without}`);
});
