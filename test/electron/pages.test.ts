import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOwnPage, pageOf } from '../../electron/main/pages.ts';

describe('where a window may go', () => {
  test('to pages of the console', () => {
    for (const address of ['app://console/', 'app://console/admin/', 'app://console/admin/users?x=1#y']) {
      assert.ok(isOwnPage(address), address);
    }
  });

  test('each page by its own origin', () => {
    assert.equal(pageOf('app://console/admin/'), 'console');
    assert.equal(pageOf('app://approver/'), 'approver');
    assert.equal(pageOf('app://elsewhere/approver/'), null);
  });

  test('nowhere else, however much the address looks like ours', () => {
    const hostile = [
      'https://example.com/app://console/',
      'https://example.com/?next=app://console/admin/',
      'app://console.example.com/',
      'app://console:1234/',
      'app://someone@console/admin/',
      'app://elsewhere/admin/',
      'http://127.0.0.1:5000/admin/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'about:blank',
      'data:text/html,app://console/',
      '',
    ];
    for (const address of hostile) assert.ok(!isOwnPage(address), address);
  });
});
