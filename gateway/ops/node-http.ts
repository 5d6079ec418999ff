/**
 * Node's HTTP. An `import` of `node:http` evaluates each of its exports, and one of them loads the whole of the undici
 * that is built into Node (8 MB) for a WebSocket that nobody here opens.
 */
export const { createServer, request, STATUS_CODES } = process.getBuiltinModule('node:http');
