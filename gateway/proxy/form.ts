/**
 * Pure: where the parts of a multipart form stand in its bytes; https://www.rfc-editor.org/rfc/rfc7578. Strict on
 * purpose: what one parser skips and another reads would be a request that we never looked at.
 */
import { isUtf8 } from 'node:buffer';
import { BadRequestError, type FormFile, type JsonObject } from './dialects/dialect.ts';
import type { Edit } from './json-outline.ts';
import { CR, LF } from './sse.ts';

export interface FormPart {
  readonly name: string;
  /** Null: a field of text. */
  readonly fileName: string | null;
  readonly contentType: string;
  /** Byte offsets of the value. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface Form {
  readonly boundary: string;
  readonly parts: readonly FormPart[];
}

const MOST_PARTS = 200;
const LONGEST_HEAD = 4_096;
const LONGEST_TEXT = 4 * 1024 * 1024;
const BLANK_LINE = Buffer.from('\r\n\r\n');
const TYPE = /^multipart\/form-data\s*;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s";,]{1,70}))\s*(?:;|$)/i;
const DISPOSITION = /^form-data((?:\s*;\s*[a-z]+(?:="(?:[^"\\\r\n]|\\.)*"|=[^\s";]+))*)\s*;?\s*$/i;
const PARAMETER = /;\s*([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/gi;
const HEADERS = new Set(['content-disposition', 'content-type', 'content-length', 'content-transfer-encoding']);

/** @throws BadRequestError */
export function readForm(bytes: Buffer, contentType: string): Form {
  const match = TYPE.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw broken('it names no boundary');
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const parts: FormPart[] = [];
  if (!bytes.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2)))
    throw broken('it does not begin with its boundary');
  let at = delimiter.length - 2;
  while (bytes[at] === CR && bytes[at + 1] === LF) {
    const headEnd = bytes.indexOf(BLANK_LINE, at);
    if (headEnd === -1 || headEnd - at > LONGEST_HEAD) throw broken('a part has no end of its headers');
    const valueStart = headEnd + BLANK_LINE.length;
    const valueEnd = bytes.indexOf(delimiter, valueStart);
    if (valueEnd === -1) throw broken('it ends in the middle of a part');
    parts.push({ ...readHead(bytes.toString('utf8', at + 2, headEnd)), valueStart, valueEnd });
    if (parts.length > MOST_PARTS) throw broken(`it has more than ${MOST_PARTS} parts`);
    at = valueEnd + delimiter.length;
  }
  const rest = bytes.toString('latin1', at, at + 6);
  if ((rest !== '--' && rest !== '--\r\n') || at + rest.length !== bytes.length)
    throw broken('something follows its last part');
  return { boundary, parts };
}

/** The fields by name: text, `FormFile`, and arrays under names that end with `[]` or are repeated. */
export function formFields(bytes: Buffer, { parts }: Form): JsonObject {
  const fields = new Map<string, unknown>();
  for (const part of parts) {
    const value = readValue(bytes, part);
    const before = fields.get(part.name);
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) fields.set(part.name, [before, value]);
    else fields.set(part.name, part.name.endsWith('[]') ? [value] : value);
  }
  return Object.fromEntries(fields);
}

/** The form with fields of text set: replaced where they stand, else added at the front. */
export function editedForm(bytes: Buffer, { boundary, parts }: Form, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  const pieces: Buffer[] = [];
  const replaced = new Map<FormPart, string>();
  for (const { key, value } of edits) {
    const part = parts.find(({ name }) => name === key);
    if (part) replaced.set(part, String(value));
    else pieces.push(Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`));
  }
  let at = 0;
  for (const part of parts) {
    const text = replaced.get(part);
    if (text === undefined) continue;
    pieces.push(bytes.subarray(at, part.valueStart), Buffer.from(text));
    at = part.valueEnd;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
}

/** The content type to send the form with. */
export function formType({ boundary }: Form): string {
  return `multipart/form-data; boundary="${boundary}"`;
}

function readValue(bytes: Buffer, { name, fileName, contentType, valueStart, valueEnd }: FormPart): string | FormFile {
  const value = bytes.subarray(valueStart, valueEnd);
  if (fileName !== null) return { fileName, contentType, bytes: value };
  if (value.length > LONGEST_TEXT) throw broken(`the field '${name}' is too long`);
  if (!isUtf8(value)) throw new BadRequestError(`The field '${name}' must be UTF-8.`, name, 415);
  return value.toString('utf8');
}

function readHead(head: string): Pick<FormPart, 'name' | 'fileName' | 'contentType'> {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n')) {
    const [, key = '', value = ''] = /^([!-9;-~]+):[ \t]*([^\r\n]*?)[ \t]*$/.exec(line) ?? [];
    const name = key.toLowerCase();
    if (!HEADERS.has(name) || headers.has(name)) throw broken('a part has headers that are not clear');
    headers.set(name, value);
  }
  const encoding = headers.get('content-transfer-encoding') ?? 'binary';
  if (!/^(binary|7bit|8bit)$/i.test(encoding)) throw broken('a part has an encoding of its own');
  const parameters = readDisposition(headers.get('content-disposition') ?? '');
  const name = parameters.get('name');
  if (!name) throw broken('a part has no name');
  return {
    name,
    fileName: parameters.get('filename') ?? null,
    contentType: headers.get('content-type') ?? 'application/octet-stream',
  };
}

function readDisposition(value: string): Map<string, string> {
  const [, list = ''] = DISPOSITION.exec(value) ?? [];
  const parameters = new Map<string, string>();
  for (const [, key = '', quoted, plain] of list.matchAll(PARAMETER)) {
    const name = key.toLowerCase();
    if (parameters.has(name)) throw broken('a part has two names');
    parameters.set(name, (quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '').replaceAll('%22', '"'));
  }
  return parameters;
}

function broken(why: string): BadRequestError {
  return new BadRequestError(`The form cannot be read: ${why}.`);
}
