/** What electron-updater asks Electron for when it installs. */
const { EventEmitter } = require('node:events');

module.exports = { autoUpdater: new EventEmitter() };
