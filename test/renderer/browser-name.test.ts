import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserName } from '../../renderer/console/settings/browser-name.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test('browsers are called as people call them, and what is none keeps its own name', () => {
  const named: Record<string, string> = {
    [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/156.0.0.0 Safari/537.36`]: 'Chrome · Linux',
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/150.0 Safari/537.36 Edg/150.0`]: 'Edge · Windows',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.0 Safari/605.1':
      'Safari · macOS',
    'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0': 'Firefox · Android',
    [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/142.0 Electron/45.4.1 Safari/537.36`]: 'IA Solaris · Linux',
    'curl/8.5.0': 'curl/8.5.0',
  };
  for (const [userAgent, name] of Object.entries(named)) assert.equal(browserName(userAgent), name);
});
