/**
 * Shows changes before they are answered. What is expected lies over what the gateway said last, whatever it says
 * meanwhile: a live event in the middle of a save brings new figures and does not bring back the old state. What was
 * refused is taken off, and what lies beneath is seen again.
 */
import type { Query, QueryClient } from '@tanstack/react-query';
import { type Expected, withExpected } from './expected.ts';

/** One expectation. Exactly one of the two ends it. */
export interface Held {
  /** It has come true: it stays until fresh figures are here. */
  fulfil(): void;
  /** It has not. */
  withdraw(): void;
}

export interface Expectations {
  expect(expected: Expected): Held;
}

const ofClients = new WeakMap<QueryClient, Expectations>();

export function expectationsOf(queryClient: QueryClient): Expectations {
  const known = ofClients.get(queryClient);
  if (known) return known;
  const made = createExpectations(queryClient);
  ofClients.set(queryClient, made);
  return made;
}

function createExpectations(queryClient: QueryClient): Expectations {
  const cache = queryClient.getQueryCache();
  const pending = new Set<Expected>();
  /** What the gateway said last, by query, while something is expected of it. */
  const told = new Map<string, unknown>();
  let isOwn = false;

  const isAbout = (query: Query, expected: Expected) => expected.in.includes(String(query.queryKey[0]));
  const show = (query: Query) => {
    const over = [...pending].filter((expected) => isAbout(query, expected));
    const data = over.reduce(withExpected, told.get(query.queryHash));
    if (over.length === 0) told.delete(query.queryHash);
    if (data === undefined || data === query.state.data) return;
    const { isInvalidated, dataUpdatedAt } = query.state;
    isOwn = true;
    query.setData(data, { updatedAt: dataUpdatedAt, manual: true });
    isOwn = false;
    if (isInvalidated) query.invalidate();
  };
  const about = (expected: Expected) => cache.getAll().filter((query) => isAbout(query, expected));

  cache.subscribe((event) => {
    if (event.type === 'removed') told.delete(event.query.queryHash);
    if (event.type !== 'updated' || event.action.type !== 'success' || isOwn) return;
    const { query } = event;
    if (![...pending].some((expected) => isAbout(query, expected))) return;
    // Before anybody is told of the new figures: what is expected is never seen to be gone.
    told.set(query.queryHash, query.state.data);
    show(query);
  });

  return {
    expect(expected) {
      pending.add(expected);
      for (const query of about(expected)) {
        if (!told.has(query.queryHash)) told.set(query.queryHash, query.state.data);
        show(query);
      }
      return {
        fulfil() {
          for (const query of about(expected)) {
            if (told.has(query.queryHash)) told.set(query.queryHash, withExpected(told.get(query.queryHash), expected));
          }
          pending.delete(expected);
          for (const query of about(expected)) show(query);
        },
        withdraw() {
          pending.delete(expected);
          for (const query of about(expected)) show(query);
        },
      };
    },
  };
}
