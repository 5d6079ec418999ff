/** `/api/auth/local`: the desktop app signs the owner in without a password, by the secret in the data directory. */
import type { FastifyRequest } from 'fastify';
import type { ApiApp } from '../api/api-app.ts';
import { isFromLoopback } from '../api/origin-guard.ts';
import type { GatewayContext } from '../context.ts';
import { localAnswerInput, localChallenge, localChallengeInput, signedIn } from '../contract/operators.ts';
import { ApiError } from '../ops/api-error.ts';
import { SIGNED_IN } from './auth-routes.ts';
import { createLocalChallenges } from './local-proof.ts';
import { openOwnerSession } from './owner-session.ts';

const tags = ['Sign-in'];

export async function registerLocalRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { clock, localSecret, gatewayId } = context;
  if (localSecret === null) return;
  const challenges = createLocalChallenges(clock, localSecret, gatewayId);

  app.post('/api/auth/local/challenge', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'For the desktop app: proves knowledge of the secret in the data directory, and asks for the same',
      body: localChallengeInput,
      response: { 200: localChallenge },
    },
    async handler(request) {
      refuseOthers(request);
      return { gatewayId, ...challenges.issue(request.body.nonce) };
    },
  });

  app.post('/api/auth/local/session', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'For the desktop app: signs the owner in, by an answer to the challenge',
      body: localAnswerInput,
      response: { 200: signedIn },
    },
    async handler(request, reply) {
      refuseOthers(request);
      const { nonce, proof } = request.body;
      if (!challenges.redeem(nonce, proof)) {
        throw new ApiError(401, 'invalid_proof', 'The proof is wrong, too late, or was used before.');
      }
      const { operator, ...secrets } = await openOwnerSession(context);
      SIGNED_IN.set(request, reply, secrets);
      return { token: secrets.token, expiresAt: secrets.expiresAt, operator };
    },
  });
}

/** The secret is of this machine, and so is whoever may use it. */
function refuseOthers(request: FastifyRequest): void {
  if (!isFromLoopback(request)) throw new ApiError(403, 'forbidden', 'Only programs on this machine may do this.');
}
