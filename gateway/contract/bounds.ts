/**
 * What fields take. The contract's schemas are made of these, and forms tell the same before anything is sent. Nothing is
 * imported here, so that pages have it at the price of its numbers.
 */

/** Of numbers; both are allowed. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** More tokens than anybody has, and few enough that sums and products of them stay exact. */
export const MOST_TOKENS = 1_000_000_000_000;
/** What can be asked for at once. */
export const LEAST_ASKED = 1_000;
export const MOST_ASKED = 1_000_000_000;
/** Bounds of the thresholds that a user may set, in percent. */
export const LEAST_THRESHOLD = 50;
export const MOST_THRESHOLD = 99;
/** Of all money and of factors: they are kept in millionths. */
export const MOST_DECIMALS = 6;
export const SHORTEST_PASSWORD = 10;
/** Of usage records. What runs in the present month, and what is usual for a user, is looked up in them. */
export const LEAST_RETENTION_DAYS = 32;
export const MOST_RETENTION_DAYS = 36_500;
/** How the file of a backup begins, whatever its version. */
export const BACKUP_START = 'IASOLARIS BACKUP ';

/** Characters of texts, without space around them. */
export const LONGEST = {
  name: 120,
  userEmail: 320,
  operatorName: 200,
  operatorEmail: 254,
  password: 1_000,
  reason: 500,
  viewName: 60,
  modelPattern: 200,
  url: 2_000,
  apiKey: 4_000,
  certificate: 200_000,
  publicKey: 100,
  subject: 150,
  mailBody: 10_000,
  note: 2_000,
  message: 4_000,
  paymentMethod: 60,
  personalKey: 200,
  maintenance: 200,
  headerName: 100,
  table: 1_000_000,
} as const;

/** Of lists. */
export const MOST_OF = {
  thresholds: 5,
  allowedModels: 200,
  upstreamModels: 500,
  headerNames: 10,
  ownThresholds: 3,
  /** Requests of one packet. */
  packetRequests: 1_000,
} as const;

export const RANGES = {
  tokens: { least: 0, most: MOST_TOKENS },
  /** Epoch milliseconds up to the end of the year 9999: what every calendar, format and engine can hold. */
  instant: { least: 0, most: 253_402_300_799_999 },
  move: { least: -MOST_TOKENS, most: MOST_TOKENS },
  grant: { least: 1, most: MOST_TOKENS },
  asked: { least: LEAST_ASKED, most: MOST_ASKED },
  threshold: { least: 1, most: 100 },
  ownThreshold: { least: LEAST_THRESHOLD, most: MOST_THRESHOLD },
  perMinute: { least: 1, most: 1_000_000 },
  concurrent: { least: 1, most: 100_000 },
  renewBelow: { least: 1, most: 99 },
  renewTimes: { least: 1, most: 31 },
  answerHours: { least: 1, most: 720 },
  multiplier: { least: 0, most: 1_000 },
  /** Times the price of a token, by the tier of service. */
  tierFactor: { least: 0, most: 100 },
  maxOutput: { least: 1, most: 10_000_000 },
  unitTokens: { least: 0, most: 10_000_000 },
  /** Millionths of a US dollar. */
  microUsd: { least: 0, most: 1_000_000_000_000 },
  paid: { least: 0, most: 1_000_000_000 },
  newUsersPerHour: { least: 0, most: 1_000_000 },
  position: { least: 0, most: 10_000 },
  weight: { least: 0, most: 1_000 },
  /** Milliseconds that an upstream is waited for. */
  timeLimit: { least: 100, most: 3_600_000 },
} as const satisfies Record<string, Range>;

export const PATTERNS = {
  /** An id that people type. */
  slug: /^[a-z0-9][a-z0-9._-]{0,63}$/i,
  /** Also of machines without a domain: operators may sign in as `admin@localhost`. */
  operatorEmail: /^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u,
  recipient: /^[^\s@<>,;\p{Cc}\p{Cs}]+@[^\s@<>,;\p{Cc}\p{Cs}]+\.[^\s@<>,;\p{Cc}\p{Cs}]+$/u,
  oneTimeCode: /^\d{6}$/,
  /** Or a recovery code: sixteen letters and digits, with whatever hyphens and spaces stand between. */
  signInCode: /^(?:\d{6}|(?:[0-9a-z][\s\p{Pd}]{0,3}){16})$/iu,
  headerName: /^[!#$%&'*+.^_`|~0-9a-z-]+$/i,
  requestId: /^req_[0-9a-f]{32}$/,
  /** One line. Halves of surrogate pairs are no characters, and not every engine keeps them. */
  noControl: /^[^\p{Cc}\p{Cs}]*$/u,
  /** The same for texts that may have tabs and line ends. */
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  noControlInText: /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Cs}]*$/u,
} as const;
