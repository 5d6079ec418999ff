import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { outsideAddress } from '../../electron/main/outside-rules.ts';

const GATEWAY = 'http://127.0.0.1:5000';

describe('what is opened outside the app', () => {
  test("are the gateway's own pages, release notes and mails", () => {
    const opened: [string, string][] = [
      ['app://console/api/docs', `${GATEWAY}/api/docs`],
      ['app://console/portal/?x=1', `${GATEWAY}/portal/?x=1`],
      [`${GATEWAY}/admin/users`, `${GATEWAY}/admin/users`],
      ['https://github.com/ia-solaris/ia-solaris/releases', 'https://github.com/ia-solaris/ia-solaris/releases'],
      ['mailto:ana@example.com?subject=Tokens', 'mailto:ana@example.com?subject=Tokens'],
    ];
    for (const [address, expected] of opened) assert.equal(outsideAddress(address, GATEWAY), expected);
  });

  test('is nothing that starts a program, leads elsewhere or only looks like ours', () => {
    const hostile = [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      'smb://example.com/share',
      'ms-msdt:/id',
      'ia-solaris://users',
      'http://github.com/',
      'https://github.com.example.com/',
      'https://github.com@example.com/',
      'https://someone@github.com/',
      'https://github.com:8443/',
      'https://example.com/?https://github.com/',
      'http://127.0.0.1:5001/portal/',
      `${GATEWAY}/api/admin/users`,
      'app://approver/portal/',
      'app://console/api/admin/users',
      'mailto:ana@example.com,bob@example.com',
      'mailto:?attach=/etc/passwd',
      `https://github.com/${'a'.repeat(3_000)}`,
      '',
    ];
    for (const address of hostile) assert.equal(outsideAddress(address, GATEWAY), null, address);
    assert.equal(outsideAddress('app://console/api/docs', null), null, 'nothing answers there');
  });

  test('is a mail without what mail programs do by themselves', () => {
    const written = outsideAddress(
      'mailto:ana@example.com?attach=/etc/passwd&bcc=eve@example.com&subject=a%0Ab',
      GATEWAY,
    );
    assert.equal(written, 'mailto:ana@example.com?subject=a%20b');
  });
});
