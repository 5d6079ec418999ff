/** What Electron puts on `process` of a utility process, over the channel of Node. Plain, because it loads in every start. */
import { EventEmitter } from 'node:events';

const port = new EventEmitter();
port.postMessage = (message) => process.send?.(message);
process.on('message', (data) => port.emit('message', { data, ports: [] }));
process.on('disconnect', () => process.exit());
process.parentPort = port;
