import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownAddresses } from '../../gateway/ops/machine-route.ts';
import { office } from '../accounts/account-kit.ts';

const of = (address: string, internal = false) =>
  ({ address, internal, netmask: '', family: 'IPv4', mac: '', cidr: null }) as const;

test('bridges of containers come before networks; loopback and link-local addresses are left out', () => {
  const found = ownAddresses({
    lo: [of('127.0.0.1', true)],
    eth0: [of('192.168.0.7'), of('fe80::1'), of('2001:db8::7')],
    docker0: [of('172.17.0.1')],
    'br-0a1b2c3d4e5f': [of('172.18.0.1')],
  });
  assert.deepEqual(
    found.map(({ kind, address }) => `${kind} ${address}`),
    ['bridge 172.17.0.1', 'bridge 172.18.0.1', 'network 192.168.0.7', 'network 2001:db8::7'],
  );
});

test('administrators are told where the gateway runs and where it listens; others are not', async (t) => {
  const { api, operator, url, dataDir } = await office(t);
  const { status, body } = await api('/api/admin/machine');
  assert.equal(status, 200);
  assert.deepEqual([body.url, body.dataDir, body.networkUrls, body.restarts], [url, dataDir, [], false]);
  assert.ok(body.freeBytes > 0);
  const { token } = await operator('viewer');
  const refused = await api('/api/admin/machine', { headers: { authorization: `Bearer ${token}` } });
  assert.equal(refused.status, 403);
});
