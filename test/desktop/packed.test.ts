/** A package as people install it, with its fuses set: nothing can look inside, so it is only started, asked and ended. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { root } from '../../resources/scripts/run.ts';
import { temporaryDir } from '../support/build.ts';
import { readFuses } from './packing.ts';

const packed = process.env.SOLARIS_PACKED;

test('a package runs the gateway without a window', {
  skip: !packed && 'SOLARIS_PACKED names no package',
}, async (t) => {
  const program = resolve(root, packed ?? '');
  const home = temporaryDir(t);
  const places = { HOME: home, XDG_DATA_HOME: home, USERPROFILE: home, LOCALAPPDATA: home, APPDATA: home };
  const child = spawn(program, ['--headless'], {
    env: { ...process.env, ...places, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  const address = await new Promise<string>((found, failed) => {
    const look = (bytes: Buffer) => {
      output += bytes.toString();
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(output);
      if (match) found(match[0]);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', (code) => failed(new Error(`It ended with ${code}:\n${output}`)));
  });
  const health = await fetch(`${address}/health`);
  assert.equal(health.status, 200);
  assert.match(await (await fetch(`${address}/admin/`)).text(), /<div id="root">/);
  child.removeAllListeners('exit');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;

  const fuses = await readFuses(program);
  assert.equal(fuses.RunAsNode, false);
  assert.equal(fuses.OnlyLoadAppFromAsar, true);
});
