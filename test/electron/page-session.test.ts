import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPageSession } from '../../electron/main/page-session.ts';

const headersOf = (cookie: string) => new Headers({ 'set-cookie': cookie });

describe("the window's session", () => {
  test("is the owner's without a password, and kept from the page", async () => {
    let signIns = 0;
    const session = createPageSession(async () => `solaris_refresh=${++signIns}`);
    await session.ensure();
    await session.ensure();
    assert.equal(session.cookie(), 'solaris_refresh=1');
    const headers = headersOf('solaris_refresh=next; Path=/api/auth; HttpOnly');
    session.take('/api/auth/refresh', headers);
    assert.equal(session.cookie(), 'solaris_refresh=next');
    assert.equal(headers.get('set-cookie'), null);
  });

  test('ends when somebody signs out, until the page is opened anew or somebody signs in', async () => {
    const session = createPageSession(async () => 'solaris_refresh=owner');
    await session.ensure();
    session.take('/api/auth/logout', headersOf('solaris_refresh=; Max-Age=0'));
    await session.ensure();
    assert.equal(session.cookie(), null);
    assert.equal(await session.renew(), false);
    session.take('/api/auth/login', headersOf('solaris_refresh=ana; Path=/api/auth'));
    assert.equal(session.cookie(), 'solaris_refresh=ana');
    session.take('/api/auth/logout', headersOf('solaris_refresh=; Max-Age=0'));
    session.begin();
    await session.ensure();
    assert.equal(session.cookie(), 'solaris_refresh=owner');
  });

  test('is opened again where the gateway does not know it any more, and missed where there is no gateway', async () => {
    let isThere = true;
    const session = createPageSession(async () => {
      if (!isThere) throw new Error('nobody answers');
      return 'solaris_refresh=owner';
    });
    session.take('/api/auth/refresh', headersOf('solaris_refresh=; Max-Age=0'));
    assert.equal(await session.renew(), true);
    isThere = false;
    assert.equal(await session.renew(), false);
    assert.equal(session.cookie(), null);
  });
});
