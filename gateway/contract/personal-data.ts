/** Shape of `/api/admin/users/:id/export` and `/api/me/export`: all that is kept about one person. */
import { z } from 'zod';
import { instant } from './common.ts';
import { keySchema } from './keys.ts';
import { ledgerEntrySchema, refusalSchema, usageRecordSchema } from './reports.ts';
import { ownTicketSchema, ticketHistorySchema } from './tickets.ts';
import { userProfileSchema, userSchema } from './users.ts';

/** Figures by month and by day, as they are stored. */
const storedFigures = z.array(z.looseObject({ userId: z.string() }));

export const personalDataSchema = z.object({
  exportedAt: instant,
  usageKeptFrom: instant
    .nullable()
    .describe('Single requests before this instant were deleted; the days and the ledger still tell of them'),
  user: userSchema,
  profile: userProfileSchema,
  keys: z.array(keySchema),
  periods: storedFigures,
  days: storedFigures,
  requests: z.array(ownTicketSchema),
  requestHistory: z.array(ticketHistorySchema.extend({ ticketId: z.string() })),
  audit: z.array(
    z.object({
      at: instant,
      action: z.string(),
      details: z.record(z.string(), z.unknown()),
      personal: z.record(z.string(), z.unknown()),
    }),
  ),
  usage: z.array(usageRecordSchema),
  ledger: z.array(ledgerEntrySchema),
  refusals: z.array(refusalSchema),
});
