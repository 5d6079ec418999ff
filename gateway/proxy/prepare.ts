/** From a request's bytes to tokens that are held for it: identify, gate, estimate, hold. */
import type { GatewayContext } from '../context.ts';
import type { UserDirectory } from '../identity/directory.ts';
import type { KeyRow } from '../keys/queries.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { type AdmitParts, admit } from './admit.ts';
import { aim, type Candidate, termsOfAll } from './candidates.ts';
import { BadRequestError, type Dialect } from './dialects/dialect.ts';
import type { Exchange, Hold, OpenExchanges } from './exchange.ts';
import { identify } from './identify.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { fitsIntoPath } from './model-names.ts';
import type { ModelTerms, ModelTermsDirectory } from './model-terms.ts';
import { readBody } from './read-body.ts';
import { printable, RefusedError, refused } from './refusal.ts';
import { readTarget } from './target.ts';
import type { Route, UpstreamDirectory } from './upstream-directory.ts';

export interface PrepareParts {
  readonly context: GatewayContext;
  readonly open: OpenExchanges;
  readonly directory: UserDirectory;
  readonly upstreams: UpstreamDirectory;
  readonly terms: ModelTermsDirectory;
  readonly kept: KeptAnswers;
  readonly admitParts: AdmitParts;
}

const SHOWN_MODELS = 5;

/** @throws RefusedError, BadRequestError; nothing is held then */
export async function prepare(parts: PrepareParts, exchange: Exchange, key: KeyRow): Promise<void> {
  const { request, dialect } = exchange;
  exchange.target = readTarget(request.url, request.params, dialect);
  exchange.bytes = bodyOf(exchange);
  const contentType = request.headers['content-type'] ?? '';
  const { body, members, form, facts } = readBody(exchange.bytes, contentType, dialect, exchange.target);
  exchange.body = body;
  exchange.members = members;
  exchange.form = form;
  exchange.facts = facts;
  if (!fitsIntoPath(facts.model)) throw new BadRequestError('The name of the model is not one.', 'model');
  const routes = await parts.upstreams.routes(facts.model, dialect.kinds);
  if (routes.length === 0) throw await unservedModel(parts.upstreams, facts.model, dialect);
  const { candidates, dearest } = await termsOfAll(parts.terms, routes, facts.model);
  const [first] = candidates as readonly [Candidate];
  if (facts.draws) exchange.pictureTokens = await pictureTokens(parts.terms, candidates, facts.draws.model);
  const hold = await holdFor(parts, exchange, key, first, dearest).catch((error: unknown) => {
    // Merged into another user a moment ago: the same claim now leads to that one.
    if (!(error instanceof RefusedError) || error.refusal.code !== 'user_deleted') throw error;
    parts.directory.forget();
    return holdFor(parts, exchange, key, first, dearest);
  });
  parts.open.add(exchange);
  exchange.hold = hold;
  // Nobody but the upstream that keeps the earlier answers can go on with them.
  const keepers = candidates.filter(({ upstream }) => upstream.id === exchange.keptBy);
  const [target = first, ...others] = keepers.length > 0 ? keepers : candidates;
  exchange.others = others;
  aim(exchange, target, hold);
  faultPoint('held');
}

/** What a picture costs that this model draws on the way, at the dearest of these. */
async function pictureTokens(
  terms: ModelTermsDirectory,
  candidates: readonly Candidate[],
  model: string,
): Promise<number> {
  const all = await Promise.all(candidates.map(({ upstream }) => terms.of({ upstream, model }, model)));
  return Math.ceil(Math.max(...all.map(({ facts }) => facts.unitTokens.image)));
}
async function holdFor(
  { context, directory, kept, admitParts }: PrepareParts,
  exchange: Exchange,
  key: KeyRow,
  route: Route,
  terms: ModelTerms,
): Promise<Hold> {
  const { facts } = exchange;
  const user = await identify(context, directory, exchange.request, key, facts.userId, exchange.dialect.unnamed);
  exchange.user = user;
  faultPoint('identified');
  if (facts.earlier?.length) {
    const found = await kept.find(user.id, facts.earlier);
    if (found === null) throw unknownAnswer();
    exchange.earlierTokens = found.tokens;
    exchange.keptBy = found.upstreamId;
  }
  return admit(admitParts, exchange, { facts, route, terms, user });
}

/** The same for what is somebody else's: nobody learns that it exists. */
function unknownAnswer(): RefusedError {
  return refused(404, 'not_found', 'An earlier response, item or conversation that the request names is not known.', {
    param: 'previous_response_id',
  });
}

async function unservedModel(upstreams: UpstreamDirectory, model: string, { kinds }: Dialect): Promise<RefusedError> {
  const served = (await upstreams.all()).filter(({ kind }) => kinds[kind]).flatMap((upstream) => upstream.models);
  const hint =
    served.length === 0 || served.includes('*')
      ? ''
      : ` Served: ${served.slice(0, SHOWN_MODELS).join(', ')}${served.length > SHOWN_MODELS ? ', …' : ''}.`;
  return refused(404, 'model_not_found', `No upstream serves the model '${printable(model)}'.${hint}`, {
    param: 'model',
  });
}

function bodyOf({ request, dialect }: Exchange): Buffer {
  if (Buffer.isBuffer(request.body)) return request.body;
  throw new BadRequestError(dialect.forms === 'only' ? 'A form is needed.' : 'A JSON body is needed.');
}
