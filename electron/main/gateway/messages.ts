/** What the main process and the gateway's process say to each other. Both are ours, so the types are trusted. */
import type { StartObstacle } from '../../../gateway/gateway.ts';

export type ToGateway =
  | {
      kind: 'start';
      /** 64 hexadecimal digits that the keychain keeps; null where none does. */
      sealingKey: string | null;
      /** Instead of the configured port; 0 for any that is free. */
      port: number | null;
    }
  | { kind: 'stop' };

export type FromGateway =
  /** It listens; said again when the data has changed places. */
  { kind: 'ready'; url: string } | { kind: 'refused'; obstacle: StartObstacle; message: string };
