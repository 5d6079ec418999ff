/** Shapes of `/api/admin/settings`. Values are in the form of the config file: decimals, not millionths. */
import { z } from 'zod';
import { LEAST_RETENTION_DAYS, MOST_RETENTION_DAYS, MOST_TOKENS } from './bounds.ts';
import { day } from './days.ts';

/** What a page can tell of a value before it is sent. Null = nothing of that kind. */
const settingRule = z.object({
  /** Of numbers; `above` is no value itself. */
  least: z.number().nullable(),
  above: z.number().nullable(),
  /** Of numbers, and of how many texts a list may have. */
  most: z.number().nullable(),
  /** Characters of a text. */
  longest: z.number().int().nullable(),
  /** How a text, or each of a list, is formed: `email`, `cron` … */
  format: z.string().nullable(),
  /** Whether there must be a value. */
  needed: z.boolean(),
});
export type SettingRule = z.infer<typeof settingRule>;

const settingValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

export const settingSchema = z.object({
  /** Dotted path, such as `policy.outputCap`. */
  key: z.string(),
  /** Null for secrets, whatever they are. */
  value: settingValue,
  fallback: settingValue,
  source: z.enum(['flag', 'environment', 'file', 'console', 'default']),
  /** The flag, variable or file that sets it. */
  setBy: z.string().nullable(),
  /** It cannot be set here: a stronger source sets it. */
  locked: z.boolean(),
  secret: z.boolean(),
  /** Whether there is a value: all that is told of a secret. */
  isSet: z.boolean(),
  kind: z.enum(['text', 'integer', 'decimal', 'boolean', 'choice', 'list']),
  choices: z.array(z.string()).nullable(),
  /** Ends the sentence "must be …". */
  expects: z.string(),
  rule: settingRule,
  /** A change takes effect at the next start. */
  restart: z.boolean(),
  /** The environment variable that sets it. */
  variable: z.string().nullable(),
});
export type Setting = z.infer<typeof settingSchema>;

export const settingList = z.object({ items: z.array(settingSchema) });

/** What everybody who reads figures needs to know of the settings. */
export const displaySchema = z.object({
  /** ISO 4217. Cost is kept in USD; where there is a rate, it is shown in this. */
  currency: z.string(),
  /** Units of `currency` for a US dollar, a decimal, and the day it is of. */
  exchangeRate: z.number().nullable(),
  exchangeRateDate: z.string().nullable(),
});
export type Display = z.infer<typeof displaySchema>;

/** Limit, and the usable part of it, as they may be typed and not yet stored; default: as they are. */
export const quotaSentenceQuery = z.object({
  monthlyLimit: z.coerce.number().int().min(0).max(MOST_TOKENS).optional(),
  blockThreshold: z.coerce.number().positive().max(1).optional(),
});
export const quotaSentenceSchema = z.object({
  /** What somebody who has used all of it reads now, in the language of the settings. */
  sentence: z.string(),
});

/** As `usageRetentionDays` may be typed, and not yet stored. */
export const retentionPreviewQuery = z.object({
  days: z.coerce.number().int().min(LEAST_RETENTION_DAYS).max(MOST_RETENTION_DAYS),
});
export const retentionPreviewSchema = z.object({
  /** How many usage records would be deleted now. */
  records: z.number().int(),
  /** They are too many to be counted: the number is by the daily figures. */
  isEstimate: z.boolean(),
  /** The first day whose requests would stay. */
  before: day,
});
export type RetentionPreview = z.infer<typeof retentionPreviewSchema>;

/** Values to store, by dotted key: all of them or, when one is not accepted, none. */
export const changeSettingsBody = z.record(z.string().max(100), settingValue);
export const settingParams = z.object({ key: z.string().min(1).max(100) });
