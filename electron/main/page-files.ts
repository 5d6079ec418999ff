/** Files of the built pages, by the path of an address. No Electron in here. */
import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative } from 'node:path';

const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  contentType: string;
  content: Uint8Array<ArrayBuffer>;
}

/**
 * The path inside `folder` that `pathname` (percent-encoded, below the pages' prefix) names; null when it leads out of it
 * or cannot be decoded. A path without an extension is a screen of the console and leads to `page`.
 */
export function resolvePageFile(folder: string, pathname: string, page = 'index.html'): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const file = extname(decoded) === '' ? join(folder, page) : join(folder, decoded);
  const inside = relative(folder, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? null : file;
}

/** Reads what `pathname` names; null when there is no such file or it is of no kind that a page uses. */
export async function readPageFile(folder: string, pathname: string, page?: string): Promise<PageFile | null> {
  const file = resolvePageFile(folder, pathname, page);
  const contentType = file && CONTENT_TYPES[extname(file)];
  if (!file || !contentType) return null;
  try {
    return { contentType, content: new Uint8Array(await readFile(file)) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')) return null;
    throw error;
  }
}
