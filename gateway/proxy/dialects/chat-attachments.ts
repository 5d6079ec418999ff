/** Pure: pictures, sound and files inside chat messages. */
import type { Attachments } from './dialect.ts';
import { isObject } from './fields.ts';
import { NO_ATTACHMENTS, type Weighing, weighFile, weighUrl } from './media.ts';

/**
 * Sound costs about 10 tokens a second, and no codec in use spends less than 1,000 bytes on one; see
 * https://platform.openai.com/docs/guides/audio. A hundred encoded bytes to a token is therefore a bound.
 */
const SOUND_BYTES_PER_TOKEN = 100;

/** Weighs every part of every message that is not text. */
export function readAttachments(messages: readonly unknown[]): Attachments {
  const total: Weighing = { ...NO_ATTACHMENTS };
  for (const message of messages) {
    if (!isObject(message) || !Array.isArray(message.content)) continue;
    for (const part of message.content) {
      if (isObject(part)) for (const key in part) weighMember(key, part[key], total);
    }
  }
  return total;
}

/**
 * Weighs one member of a content part. Parts are weighed by all that they hold: which of it an upstream takes is not to be
 * seen from the type that they claim.
 *
 * @returns false: it is no attachment, and what text is in it counts
 */
export function weighMember(key: string, value: unknown, total: Weighing): boolean {
  switch (key) {
    case 'image_url':
      return weighUrl(urlOf(value), 'image/*', total);
    case 'audio_url':
      return weighUrl(urlOf(value), 'audio/*', total);
    case 'video_url':
      return weighUrl(urlOf(value), 'video/*', total);
    case 'input_audio': {
      const data = isObject(value) ? value.data : null;
      if (typeof data !== 'string') return false;
      total.bytes += data.length;
      total.otherTokens += Math.ceil(data.length / SOUND_BYTES_PER_TOKEN);
      return true;
    }
    case 'file':
      if (!isObject(value)) return false;
      weighFile(value.file_data, [value.file_id, value.file_url], total);
      return true;
    default:
      return false;
  }
}

function urlOf(value: unknown): unknown {
  return isObject(value) ? value.url : value;
}
