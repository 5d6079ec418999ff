/** What `GET /api/events` sends: ids of what changed, never figures. Ask for those where they are kept. */
import { z } from 'zod';

const kind = <Kind extends string>(name: Kind) => z.object({ kind: z.literal(name) });

export const liveEventSchema = z.discriminatedUnion('kind', [
  /** The first of every stream: from now on nothing is missed. */
  kind('connected'),
  kind('settings_changed'),
  kind('keys_changed'),
  kind('upstreams_changed'),
  kind('models_changed'),
  kind('plans_changed'),
  kind('departments_changed'),
  /** Of the saved views that are shared. */
  kind('views_changed'),
  kind('user_changed').extend({ userId: z.string() }),
  kind('operator_changed').extend({ operatorId: z.string() }),
  kind('job_changed').extend({ jobId: z.string() }),
  kind('alert_raised').extend({ alertId: z.string() }),
  /** Mails were put into the outbox, sent, put off, given up or taken out. */
  kind('outbox_changed'),
  kind('ticket_changed').extend({ ticketId: z.string(), userId: z.string() }),
  kind('alert_resolved').extend({ alertId: z.string() }),
  kind('request_settled').extend({ userId: z.string() }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;
