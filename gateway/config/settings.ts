/** Effective settings, all defaults filled in. Names are those of the JSON config file (README, "Configuration"). */
export interface Settings {
  host: string;
  port: number;
  locale: 'en' | 'pt-BR';
  /** IANA zone of periods and days. */
  timeZone: string;
  publicUrl: string | null;
  creditsEmail: string | null;
  /** null = unlimited. */
  defaultMonthlyLimit: number | null;
  /** In millionths, as are all shares and factors. */
  blockThreshold: number;
  conversionFactor: number;
  /** Bytes. */
  bodyLimit: number;
  /** Lower-case header names, tried in order. */
  identityHeaders: { email: string[]; id: string[]; name: string[] };
  policy: {
    overdraft: 'strict' | 'soft';
    quotaReply: '429' | '429 with hint' | '403' | '402' | 'assistant message';
    outputCap: number;
    provisioning: 'open' | 'approve' | 'known';
    /** Empty = all. */
    allowedEmailDomains: string[];
    newUsersPerHour: number;
  };
}
