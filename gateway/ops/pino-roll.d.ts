declare module 'pino-roll' {
  interface RollOptions {
    file: string;
    extension?: string;
    frequency?: 'daily' | 'hourly' | number;
    size?: string | number;
    dateFormat?: string;
    limit?: { count?: number; removeOtherLogFiles?: boolean };
    mkdir?: boolean;
    mode?: number;
  }

  /** A sonic-boom stream. */
  interface RolledFile {
    write(line: string): void;
    end(): void;
    on(event: 'error', listener: (error: Error) => void): void;
    once(event: 'close', listener: () => void): void;
  }

  function roll(options: RollOptions): Promise<RolledFile>;
  export = roll;
}
