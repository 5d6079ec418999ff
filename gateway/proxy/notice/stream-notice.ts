/** Holds back the end of one streamed answer until it is settled, so that a line can be put before its stop. */
import { looksLikeData, type NoticeWire } from './wire.ts';

export interface StreamNotice {
  /** False: none of these bytes matters here, and nothing is held back. */
  mustLook(bytes: Buffer): boolean;
  /** Takes an event that would go out now. @returns what goes out in its place */
  take(event: Buffer): readonly Buffer[];
  /** What is held back: delivered, but for the writing. */
  held(): readonly Buffer[];
  /** Whether a line may be put into the answer, whose whole text is `text`. */
  canFollow(delivered: readonly Buffer[], last: readonly Buffer[], text: string): boolean;
  /** Everything that is left to write, with the line where there is one. */
  close(delivered: readonly Buffer[], last: readonly Buffer[], line: string | null): Buffer[];
}

export function createStreamNotice(wire: NoticeWire): StreamNotice {
  let held: Buffer[] = [];

  return {
    mustLook: (bytes) => held.length > 0 || wire.mayMatter(bytes),
    take(event) {
      const mark = wire.mark(event);
      if (mark === 'go_on') {
        const all = [...held, event];
        held = [];
        return all;
      }
      if (mark !== 'stop' && held.length === 0) return [event];
      held.push(event);
      return [];
    },
    held: () => held,
    canFollow: (delivered, last, text) =>
      text.trim() !== '' && !looksLikeData(text) && wire.canFollow({ held, last, delivered }),
    close(delivered, last, line) {
      const tail = { held, last, delivered };
      held = [];
      return line === null ? [...tail.held, ...last] : wire.intoStream(tail, line);
    },
  };
}
