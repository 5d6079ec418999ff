/** Pure: pictures, sound and files inside chat messages. */
import type { Attachments } from './dialect.ts';
import { isObject } from './fields.ts';

export const NO_ATTACHMENTS: Attachments = { bytes: 0, images: 0, otherTokens: 0 };

/**
 * Sound costs about 10 tokens a second, and no codec in use spends less than 1,000 bytes on one; see
 * https://platform.openai.com/docs/guides/audio. A hundred encoded bytes to a token is therefore a bound.
 */
const AUDIO_BYTES_PER_TOKEN = 100;
/** What a file that is only referred to may bring: the widest context window in use. */
const UNSEEN_FILE_TOKENS = 128_000;

/** Weighs every part of every message that is not text. */
export function readAttachments(messages: readonly unknown[]): Attachments {
  let bytes = 0;
  let images = 0;
  let otherTokens = 0;
  for (const message of messages) {
    if (!isObject(message) || !Array.isArray(message.content)) continue;
    for (const part of message.content) {
      if (!isObject(part)) continue;
      const picture = isObject(part.image_url) ? part.image_url.url : part.image_url;
      if (typeof picture === 'string') {
        images++;
        if (picture.startsWith('data:')) bytes += picture.length;
      } else if (isObject(part.input_audio) && typeof part.input_audio.data === 'string') {
        bytes += part.input_audio.data.length;
        otherTokens += Math.ceil(part.input_audio.data.length / AUDIO_BYTES_PER_TOKEN);
      } else if (isObject(part.file)) {
        // A page costs its text and its picture; its encoded bytes are more than both for what people attach.
        const data = part.file.file_data;
        if (typeof data === 'string') {
          bytes += data.length;
          otherTokens += data.length;
        } else {
          otherTokens += UNSEEN_FILE_TOKENS;
        }
      }
    }
  }
  return { bytes, images, otherTokens };
}
