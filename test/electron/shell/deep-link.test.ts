import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deepLink, linkAmong, parseDeepLink } from '../../../electron/main/shell/deep-link.ts';

describe('links into the app', () => {
  test('lead to a screen, and to one thing there', () => {
    const links: [string, string][] = [
      ['ia-solaris://overview', '/'],
      ['ia-solaris://requests/', '/requests'],
      ['IA-SOLARIS://alerts', '/alerts'],
      [deepLink('requests', 'tkt_1'), '/requests?request=tkt_1'],
      [deepLink('users', 'usr_1'), '/users?user=usr_1'],
      [deepLink('plans', 'basic'), '/plans?open=basic'],
    ];
    for (const [link, screen] of links) assert.equal(parseDeepLink(link), screen, link);
  });

  test('that are hostile lead nowhere', () => {
    const hostile = [
      'ia-solaris://',
      'ia-solaris://requests/approve',
      'ia-solaris://requests?open=1&approve=true',
      'ia-solaris://requests?approve=true',
      'ia-solaris://requests?open=../../users',
      'ia-solaris://requests?open=%3Cscript%3E',
      'ia-solaris://requests?open=',
      'ia-solaris://requests?open=a#b',
      'ia-solaris://alerts?open=1',
      'ia-solaris://ana:secret@requests',
      'ia-solaris://requests:80',
      'ia-solaris://constructor',
      'ia-solaris://__proto__',
      'ia-solaris://example.com',
      'ia-solaris:requests',
      'ia-solaris:///requests',
      'https://example.com/ia-solaris://requests',
      'javascript:alert(1)',
      'file:///etc/passwd',
      `ia-solaris://requests?open=${'a'.repeat(300)}`,
      '',
    ];
    for (const link of hostile) assert.equal(parseDeepLink(link), null, link);
  });

  test('are found among what a system starts the app with', () => {
    assert.equal(linkAmong(['/opt/app', '--hidden', 'ia-solaris://users']), 'ia-solaris://users');
    assert.equal(linkAmong(['/opt/app', 'https://example.com']), null);
    assert.equal(linkAmong(['ia-solaris://users', 'ia-solaris://alerts']), null, 'one or none');
  });
});
