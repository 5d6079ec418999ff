/** Writes one stream event as text, in every way that the event-stream format allows. */
import type { Knobs } from './knobs.ts';

/** @param name the event's own name, where the wire has one */
export function eventText(data: object | '[DONE]', number: number, knobs: Knobs, name?: string): string {
  const end = knobs.lineEnd ?? '\n';
  const field = knobs.tightColon ? 'data:' : 'data: ';
  const lines: string[] = [];
  if (knobs.comments) lines.push(`: keep-alive ${number}`);
  if (name !== undefined) lines.push(`event: ${name}`);
  else if (knobs.eventFields) lines.push('event: message');
  if (knobs.eventFields) lines.push(`id: ${number}`, 'retry: 3000');
  for (const line of dataText(data, knobs).split('\n')) lines.push(field + line);
  return lines.join(end) + end + end;
}

/** JSON with everything outside ASCII escaped when the knobs say so. */
export function jsonText(value: object, knobs: Knobs, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return knobs.asciiOnly ? text.replace(/[\u0080-\uffff]/g, escaped) : text;
}

function dataText(data: object | '[DONE]', knobs: Knobs): string {
  return data === '[DONE]' ? data : jsonText(data, knobs, knobs.multiLine ? 1 : undefined);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
