/** Shape of `/api/admin/machine`: where the gateway runs, and where it can be reached. */
import { z } from 'zod';

export const machineSchema = z.object({
  version: z.string(),
  /** As Node names it: `linux`, `darwin`, `win32`. */
  platform: z.string(),
  engine: z.enum(['sqlite', 'postgres']),
  dataDir: z.string(),
  /** The SQLite file, whether it is used or not. */
  databaseFile: z.string(),
  backupFolder: z.string(),
  /** On the disk of the data directory; null when it cannot be told. */
  freeBytes: z.number().int().nullable(),
  /** Whether the host can start the gateway anew by itself. */
  restarts: z.boolean(),
  port: z.number().int(),
  /** Base URL on this machine, without a slash at the end; everything is served there. */
  url: z.string(),
  publicUrl: z.string().nullable(),
  /** Base URLs for containers and neighbours that listen now: metered routes only. */
  networkUrls: z.array(z.string()),
  /** Addresses of this machine that are not loopback. */
  addresses: z.array(
    z.object({
      /** Of the interface, such as `docker0`. */
      name: z.string(),
      address: z.string(),
      /** `bridge`: where containers reach this machine. */
      kind: z.enum(['bridge', 'network']),
    }),
  ),
});
export type Machine = z.infer<typeof machineSchema>;
