/** English. Its shape is what every other language must fill. */
export const en = {
  language: 'Language',
  question: 'Is everything fine?',
  answer: {
    healthy: 'Everything is fine.',
    degraded: 'It works, but something needs attention.',
    unhealthy: 'Requests are being refused.',
    alive: 'The gateway answers.',
    unreachable: 'The gateway does not answer.',
    loading: 'Asking the gateway …',
  },
  advice: {
    healthy: 'Requests are metered and forwarded.',
    degraded: (names: string) => `Requests are still served. Look at: ${names}.`,
    unhealthy: (names: string) => `They are served again as soon as this is mended: ${names}.`,
    alive: 'Its figures are shown only on the machine that it runs on.',
    unreachable: 'Start it again with npm start, or look at its log. This page finds it by itself.',
  },
  status: { healthy: 'Good', degraded: 'Attention', unhealthy: 'Failing' },
  parts: {
    database: 'Database',
    redis: 'Redis',
    upstreams: 'Upstreams',
    mail: 'Mail',
    cpu: 'Processor',
    memory: 'Memory',
    disk: 'Disk',
    eventLoop: 'Reaction time',
  },
  partsLabel: 'Parts of the gateway',
  /** What the figure of each part means. */
  notes: {
    database: 'for a question and its answer',
    redis: 'for a question and its answer',
    upstreams: 'can be connected to',
    mail: 'a mail server is set',
    cpu: 'of all processors, by all programs',
    memory: 'of this machine, by all programs',
    disk: 'where the data lies',
    eventLoop: 'waiting before work begins (99%)',
  },
  /** The state of a fresh installation. */
  noUpstreams: { figure: 'None yet', note: 'the built-in solaris-echo answers' },
  /** What is wrong with each part, and what to do. */
  problems: {
    database: 'It cannot be written. Check the disk and the file’s permissions.',
    redis: 'No connection. Check REDIS_URL.',
    upstreams: (names: string) => `No connection to ${names}. Check its address and your network.`,
    mail: 'No connection. Check SMTP_HOST and SMTP_PORT; mail waits meanwhile.',
    cpu: 'Little is left. Answers may be slow until other programs are done.',
    memory: 'Little is left. Close other programs before the system does.',
    disk: 'Nearly full. Free some space before writing fails.',
    eventLoop: 'Work is queueing. Streams may stall; look at the processor.',
  },
  units: {
    of: (count: number, total: number) => `${count} of ${total}`,
    free: (size: string) => `${size} free`,
  },
  checkedAgo: (seconds: number) => (seconds < 1 ? 'checked just now' : `checked ${seconds} s ago`),
  checkAgain: 'Check again',
  technicalCause: 'Technical cause',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Could not copy. Select the text and copy it.',
  connect: {
    title: 'Address for LibreChat',
    text: 'Paste it as the base URL of your endpoint.',
  },
  version: (version: string) => `Version ${version}`,
};

export type Messages = typeof en;
