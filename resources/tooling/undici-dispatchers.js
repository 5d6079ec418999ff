/**
 * The part of undici that the gateway calls: connections and pools. Its index also loads fetch, WebSocket, caches and
 * mocks, a third of the bundle, none of which is used. The build puts this in the index's place.
 */
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as BalancedPool } from 'undici/lib/dispatcher/balanced-pool.js';
export { default as Client } from 'undici/lib/dispatcher/client.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
export { getGlobalDispatcher } from 'undici/lib/global.js';
export { Dispatcher };
