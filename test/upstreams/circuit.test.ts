import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Circuit } from '../../gateway/upstreams/circuit.ts';

const AT = 1_000_000;

/** A circuit that has failed three times in a row, at `AT`. */
function opened(): Circuit {
  const circuit = new Circuit();
  for (let failure = 0; failure < 3; failure++) circuit.failed(AT, false);
  return circuit;
}

describe('a circuit', () => {
  test('stays closed through failures that are not in a row, and opens at the third that is', () => {
    const circuit = new Circuit();
    circuit.failed(AT, false);
    circuit.failed(AT, false);
    circuit.completed();
    circuit.failed(AT, false);
    circuit.failed(AT, false);
    assert.equal(circuit.state(AT), 'closed');
    circuit.failed(AT, false);
    assert.equal(circuit.state(AT), 'open');
    assert.equal(circuit.admits(AT), false);
  });

  test('is half open after its rest, and lets one request at a time try', () => {
    const circuit = opened();
    assert.equal(circuit.state(AT + 4_999), 'open');
    assert.equal(circuit.state(AT + 5_000), 'half_open');
    assert.equal(circuit.admits(AT + 5_000), true);
    assert.equal(circuit.take(AT + 5_000), true);
    assert.equal(circuit.admits(AT + 5_001), false);
    assert.equal(circuit.take(AT + 5_001), false);
  });

  test('does not wait for ever for a try of which nothing was heard', () => {
    const circuit = opened();
    assert.equal(circuit.take(AT + 5_000), true);
    assert.equal(circuit.take(AT + 5_000 + 60_000), true);
  });

  test('closes with the first answer, and opens again if that one breaks', () => {
    const circuit = opened();
    circuit.take(AT + 5_000);
    circuit.answered();
    assert.equal(circuit.state(AT + 5_001), 'closed');
    circuit.failed(AT + 5_002, false);
    assert.equal(circuit.state(AT + 5_003), 'open');
  });

  test('rests twice as long each time, a minute at most, and starts anew after a whole answer', () => {
    const circuit = opened();
    let at = AT;
    for (const restMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      assert.equal(circuit.state(at + restMs - 1), 'open', `${restMs}`);
      at += restMs;
      assert.equal(circuit.state(at), 'half_open', `${restMs}`);
      circuit.failed(at, false);
    }
    circuit.completed();
    for (let failure = 0; failure < 3; failure++) circuit.failed(at, false);
    assert.equal(circuit.state(at + 5_000), 'half_open');
  });

  test('opens at once where one failure says enough, for as long as the upstream asks, five minutes at most', () => {
    const circuit = new Circuit();
    circuit.failed(AT, true, 20_000);
    assert.equal(circuit.state(AT + 19_999), 'open');
    assert.equal(circuit.state(AT + 20_000), 'half_open');
    circuit.failed(AT + 20_000, true, 3_600_000);
    assert.equal(circuit.restsUntil, AT + 20_000 + 300_000);
  });

  test('ends its rest when told that all seems well, but still lets only one request try', () => {
    const circuit = opened();
    circuit.endRest(AT + 1);
    assert.equal(circuit.state(AT + 1), 'half_open');
    assert.equal(circuit.take(AT + 1), true);
    assert.equal(circuit.take(AT + 2), false);
  });

  test('is not held by a clock that was set back', () => {
    assert.equal(opened().state(AT - 86_400_000), 'half_open');
  });

  test('late failures of requests from before do not prolong its rest', () => {
    const circuit = opened();
    circuit.failed(AT + 4_000, false);
    assert.equal(circuit.state(AT + 5_000), 'half_open');
  });
});
