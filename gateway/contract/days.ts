/** Days and ranges of days in queries. They are days of the configured time zone. */
import { z } from 'zod';

/** `YYYY-MM-DD`, a day that exists. */
export const day = z.iso.date();

export interface DayRange {
  from: string | null;
  to: string | null;
}

const RANGE = /^(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?$/;

/** `<first>..<last>`, both included; either may be left out. */
export const dayRange = z
  .string()
  .regex(RANGE, 'must look like 2026-11-01..2026-11-30')
  .transform((text): DayRange => {
    const [, from, to] = RANGE.exec(text) ?? [];
    return { from: from ?? null, to: to ?? null };
  })
  .refine(
    (range) => [range.from, range.to].every((text) => text === null || day.safeParse(text).success),
    'names a day that does not exist',
  )
  .refine((range) => !range.from || !range.to || range.from <= range.to, 'ends before it begins');

const total = z.number().int().nullable();

/** The days of the present month; all figures are totals of charged tokens since its first day. */
export const monthCourseSchema = z.array(
  z.object({
    day: z.string(),
    /** Null for days to come. */
    used: total,
    /** On the same day of the month before; null where that had none. */
    previous: total,
    /** From today on, with a 10–90 % band; null for days before, and with fewer than 7 days of use. */
    expected: total,
    low: total,
    high: total,
  }),
);
export type MonthCourse = z.infer<typeof monthCourseSchema>;
