/** English. Its shape is what every other language must fill. */
export const en = {
  language: 'Language',
  question: 'Is everything fine?',
  answer: {
    healthy: 'Everything is fine.',
    degraded: 'It works, with little room left.',
    unhealthy: 'Something needs you.',
    unreachable: 'The gateway does not answer.',
    loading: 'Asking the gateway …',
  },
  advice: {
    healthy: 'Requests are metered and forwarded.',
    degraded: (names: string) => `Requests are still served. Look at: ${names}.`,
    unhealthy: (names: string) => `Requests may be refused until this is mended: ${names}.`,
    unreachable: 'Start it again with npm start, or look at its log. This page finds it by itself.',
  },
  status: { healthy: 'Good', degraded: 'Strained', unhealthy: 'Failing' },
  parts: {
    database: 'Database',
    redis: 'Redis',
    upstreams: 'Upstreams',
    mail: 'Mail',
    cpu: 'Processor',
    memory: 'Memory',
    disk: 'Disk',
    eventLoop: 'Response time',
  },
  checkedIn: (time: string) => `checked in ${time}`,
  checkedAgo: (seconds: number) => (seconds === 0 ? 'checked just now' : `checked ${seconds} s ago`),
  askAgain: 'Ask again',
  technicalCause: 'Technical cause',
  copy: 'Copy',
  copied: 'Copied',
  onlyLiveness: {
    title: 'Only a sign of life from here',
    text: 'The figures are shown on the machine of the gateway itself.',
  },
  connect: {
    title: 'Address for LibreChat',
    text: 'Paste it as the base URL of your endpoint.',
  },
  runningSince: (time: string) => `Running since ${time}`,
  version: (version: string) => `Version ${version}`,
};

export type Messages = typeof en;
