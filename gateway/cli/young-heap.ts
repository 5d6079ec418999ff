/** Keeps the garbage of the start from growing the heap for good: an idle gateway needs little memory. */
import { setFlagsFromString } from 'node:v8';

/** From here on V8 does not enlarge the space for young objects. Call before anything large is loaded. */
export function startSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** From here on it grows with the traffic, as V8 does by default, so that streams are not slowed by collections. */
export function growWithTraffic(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
