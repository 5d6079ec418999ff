/** The part of date-fns that pino-roll calls. Its index loads everything else with it; the build puts this in its place. */
export { addDays } from 'date-fns/addDays';
export { addHours } from 'date-fns/addHours';
export { format } from 'date-fns/format';
export { isValid } from 'date-fns/isValid';
export { parse } from 'date-fns/parse';
