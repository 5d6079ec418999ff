/** The API, the console's files, health and metrics: everything that is not metered, in one scope of its own. */
import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { registerUserAliasRoutes } from '../accounts/alias-routes.ts';
import { registerUserImportRoutes } from '../accounts/import-routes.ts';
import { registerUserMoveRoutes } from '../accounts/move-routes.ts';
import { registerUserRoutes } from '../accounts/user-routes.ts';
import { registerAlertRoutes } from '../alerts/routes.ts';
import { registerAnomalyRoutes } from '../anomalies/routes.ts';
import { registerAuditRoutes } from '../audit/routes.ts';
import { registerBackupRoutes } from '../backups/routes.ts';
import { registerSettingRoutes } from '../config/routes.ts';
import type { GatewayContext } from '../context.ts';
import { registerRequestRoutes } from '../credits/admin-routes.ts';
import { registerDepartmentRoutes } from '../departments/routes.ts';
import { registerJobRoutes } from '../jobs/routes.ts';
import { registerKeyRoutes } from '../keys/routes.ts';
import { registerMailRoutes } from '../mail/routes.ts';
import { registerModelRoutes } from '../models/routes.ts';
import { registerAuthRoutes } from '../operators/auth-routes.ts';
import { registerLocalRoutes } from '../operators/local-routes.ts';
import { registerOperatorRoutes } from '../operators/operator-routes.ts';
import { createSessions } from '../operators/sessions.ts';
import { registerTokenRoutes } from '../operators/token-routes.ts';
import { registerViewRoutes } from '../operators/view-routes.ts';
import { RetryLaterError } from '../ops/api-error.ts';
import { registerHealthRoutes } from '../ops/health-routes.ts';
import { registerMachineRoute } from '../ops/machine-route.ts';
import type { Addresses } from '../ops/network-serving.ts';
import { findConsoleDir } from '../ops/own-files.ts';
import { registerPacketRoutes } from '../packets/routes.ts';
import { registerPlanRoutes } from '../plans/routes.ts';
import { registerOwnKeyRoutes } from '../portal/key-routes.ts';
import { registerMeRoutes } from '../portal/me-routes.ts';
import { registerOwnRequestRoutes } from '../portal/request-routes.ts';
import { registerPortalSessionRoutes } from '../portal/session-routes.ts';
import { createPortalSessions } from '../portal/sessions.ts';
import { registerExportRoutes } from '../reports/export/export-routes.ts';
import { registerReportRoutes } from '../reports/routes.ts';
import { registerUpstreamRoutes } from '../upstreams/routes.ts';
import { enforceAccess } from './access.ts';
import type { RegisterRoutes } from './api-app.ts';
import { registerConsoleFiles } from './console-files.ts';
import { answerError, answerNotFound } from './errors.ts';
import { registerEventRoutes } from './events-route.ts';
import { describeRoutes, registerOpenApi } from './openapi.ts';
import { checkHost, checkOrigin } from './origin-guard.ts';
import { registerPortalFiles } from './portal-files.ts';
import { registerReferencePage } from './reference-page.ts';
import { setSecurityHeaders } from './security-headers.ts';

/** Of the API's own bodies; the metered routes take more. A route that takes files says so itself. */
const BODY_LIMIT_BYTES = 1_048_576;

/** When to ask again. */
const MAINTENANCE_MS = 10_000;
const DATA_WORK = {
  move: 'The data is moving to another database.',
  restore: 'A backup is being restored.',
} as const;

/** The capabilities, in the order of the reference page. */
const CAPABILITIES: readonly RegisterRoutes[] = [
  registerLocalRoutes,
  registerHealthRoutes,
  registerUserRoutes,
  registerUserMoveRoutes,
  registerUserImportRoutes,
  registerUserAliasRoutes,
  registerPlanRoutes,
  registerDepartmentRoutes,
  registerModelRoutes,
  registerKeyRoutes,
  registerUpstreamRoutes,
  registerSettingRoutes,
  registerReportRoutes,
  registerExportRoutes,
  registerRequestRoutes,
  registerPacketRoutes,
  registerOperatorRoutes,
  registerTokenRoutes,
  registerViewRoutes,
  registerAlertRoutes,
  registerAnomalyRoutes,
  registerMailRoutes,
  registerAuditRoutes,
  registerBackupRoutes,
  registerJobRoutes,
  registerMeRoutes,
  registerOwnRequestRoutes,
  registerOwnKeyRoutes,
];

/**
 * Registers the API's scope on the gateway's app.
 *
 * @param addresses where the gateway can be reached; null before it listens
 */
export async function registerApi(
  app: FastifyInstance,
  context: GatewayContext,
  addresses: () => Addresses | null = () => null,
): Promise<void> {
  await app.register(async (plain) => {
    const scope = plain.withTypeProvider<ZodTypeProvider>();
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    scope.setErrorHandler(answerError);
    scope.setNotFoundHandler(answerNotFound);

    scope.addHook('onRoute', (route) => {
      route.bodyLimit ??= BODY_LIMIT_BYTES;
    });
    scope.addHook('onRequest', async (request, reply) => {
      setSecurityHeaders(request, reply);
      if (request.routeOptions.config.anyHost) return;
      const settings = context.settings.current();
      checkHost(request, settings);
      checkOrigin(request, settings);
      const work = context.maintenance.work();
      if (work !== null && request.method !== 'GET' && request.method !== 'HEAD')
        throw new RetryLaterError(
          503,
          'maintenance',
          `${DATA_WORK[work]} Nothing can be changed until it is done.`,
          MAINTENANCE_MS,
        );
    });
    const sessions = createSessions(context);
    const portalSessions = createPortalSessions(context);
    enforceAccess(scope, context, sessions, portalSessions);
    await scope.register(cookie);
    const describe = await describeRoutes(scope, context.version);

    await registerAuthRoutes(scope, context, sessions);
    for (const register of CAPABILITIES) await register(scope, context);
    await registerMachineRoute(scope, context, addresses);
    await registerPortalSessionRoutes(scope, context, portalSessions);
    await registerEventRoutes(scope, context, sessions, portalSessions);
    registerOpenApi(scope, describe);
    registerReferencePage(scope);
    const pages = findConsoleDir();
    await registerConsoleFiles(scope, pages);
    await registerPortalFiles(scope, pages);
  });
}
