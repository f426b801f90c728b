import { z } from 'zod';
import { LANGUAGES } from '../../languages/tags.ts';
import { checked, key, oneOf, whole } from './parts.ts';

/** `log`: what is written where, how much of it is kept, and in which language. */

/** Numbers of src/events/catalogue.ts; a test holds the two together. */
const EVENT_NUMBERS = [100, 101, 102, 103, 104, 105, 106, 107, 300, 400, 401, 402, 403] as const;

const fileName = checked((text) => {
  return /\p{Cc}/u.test(text) ? 'has a control character in it; write \\\\ for a backslash' : null;
});

const eventNumber = checked((text) => {
  if (EVENT_NUMBERS.some((event) => String(event) === text)) return null;
  return `is not the number of an event; there are ${EVENT_NUMBERS.join(', ')}`;
});

const levelOrOff = oneOf(['debug', 'info', 'warn', 'error', 'off'], 'info', 'Level of an event, or "off".').unwrap();

export const log = z.strictObject({
  level: oneOf(['debug', 'info', 'warn', 'error'], 'info', 'Lowest level of events that are written.'),
  levels: key(
    z.record(eventNumber, levelOrOff).default({}),
    'a table of events',
    'an object of event numbers, each with "debug", "info", "warn", "error" or "off"',
    'Levels of single events instead of their own, e.g. { "103": "debug" }; "off" writes none. Counters count all the same.',
  ),
  sample: key(
    whole(1, 100_000).default(1),
    'a number',
    'a whole number from 1 to 100000',
    'Events 103 and 107 are written of every n-th tunnel only.',
  ),
  file: key(
    fileName.default(''),
    'a file name',
    'a file name, or "" for standard output',
    'File the events are appended to; "" is standard output. SIGUSR2 opens it anew.',
  ),
  accessFile: key(
    fileName.default(''),
    'a file name',
    'a file name, or "" for none',
    'File that gets one line for each tunnel and each refused request, in W3C extended log format.',
  ),
  maxSizeMb: key(
    z.number().min(0).max(1_000_000).default(0),
    'a size',
    'a number of megabytes from 0 to 1000000',
    'Size at which a log file is put aside as FILE.1 and begun anew; 0 is never.',
  ),
  maxAgeDays: key(
    z.number().min(0).max(3650).default(0),
    'a time',
    'a number of days from 0 to 3650',
    'Age at which a log file is put aside; 0 is never.',
  ),
  keep: key(
    whole(0, 1000).default(7),
    'a number of files',
    'a whole number from 0 to 1000',
    'How many log files that were put aside are kept.',
  ),
  language: oneOf(
    ['auto', ...LANGUAGES],
    'auto',
    'Language of the sentences in events and of what commands say; "auto" is that of the environment (LC_ALL, LC_MESSAGES, LANG).',
  ),
});
