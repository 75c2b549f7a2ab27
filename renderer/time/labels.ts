/** Words for moments. Pure: the clock, the locale and the zone are given. */
import type { Say } from '../../shared/words/words.ts';

/** Where and for whom a moment is written. */
export interface Place {
  /** BCP 47, e.g. `en-US`; decides the clock (12 or 24 hours) and the order of dates. */
  readonly locale: string;
  /** IANA zone, e.g. `Pacific/Auckland`. */
  readonly timeZone: string;
  readonly say: Say;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs more than using one a hundred times. */
function formatter(
  { locale, timeZone }: Omit<Place, 'say'>,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale}|${timeZone}|${name}`;
  let known = formatters.get(key);
  if (known === undefined) {
    known = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    formatters.set(key, known);
  }
  return known;
}

/** Newer locale data puts a narrow no-break space before AM and PM; people and searches expect a plain one. */
function plainSpaces(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

/** The local calendar day of a moment, as `2026-02-15`. */
export function dayKey(atMs: number, place: Pick<Place, 'timeZone'>): string {
  // Swedish writes dates exactly in this form.
  return formatter({ locale: 'sv-SE', timeZone: place.timeZone }, 'key', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(atMs);
}

/** The calendar day before; days are not always 24 hours, so this counts days and not milliseconds. */
function dayBefore(key: string): string {
  const day = new Date(`${key}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - 1);
  return day.toISOString().slice(0, 10);
}

/** The time of day, e.g. `2:30 PM`. */
export function clockTime(atMs: number, place: Place): string {
  return plainSpaces(formatter(place, 'clock', { hour: 'numeric', minute: '2-digit' }).format(atMs));
}

function shortDate(atMs: number, today: string, place: Place): string {
  const isThisYear = dayKey(atMs, place).slice(0, 4) === today.slice(0, 4);
  return isThisYear
    ? formatter(place, 'date', { month: 'short', day: 'numeric' }).format(atMs)
    : formatter(place, 'dateYear', { month: 'short', day: 'numeric', year: 'numeric' }).format(atMs);
}

/**
 * A message's time: "Just now", "5m ago", "2:30 PM", "Yesterday", "Feb 15", "Feb 15, 2025".
 * @param nowMs the present by the server's clock; a moment after it counts as now.
 */
export function timeLabel(nowMs: number, atMs: number, place: Place): string {
  const age = nowMs - atMs;
  if (age < MINUTE_MS) return place.say('time.justNow');
  if (age < HOUR_MS) return place.say('time.minutesAgo', { count: Math.floor(age / MINUTE_MS) });
  const today = dayKey(nowMs, place);
  const day = dayKey(atMs, place);
  if (day === today) return clockTime(atMs, place);
  if (day === dayBefore(today)) return place.say('time.yesterday');
  return shortDate(atMs, today, place);
}

/** Names of days are small in many languages; a line of its own begins with a capital. */
function capitalised(text: string, locale: string): string {
  return text.replace(/^\p{L}/u, (letter) => letter.toLocaleUpperCase(locale));
}

/** A day line's words: "Today", "Yesterday", "Monday, February 16", and the year when it is another one. */
export function dayLabel(nowMs: number, atMs: number, place: Place): string {
  const today = dayKey(nowMs, place);
  const day = dayKey(atMs, place);
  if (day >= today) return place.say('time.today');
  if (day === dayBefore(today)) return place.say('time.yesterday');
  const date =
    day.slice(0, 4) === today.slice(0, 4)
      ? formatter(place, 'day', { weekday: 'long', month: 'long', day: 'numeric' })
      : formatter(place, 'dayYear', { month: 'long', day: 'numeric', year: 'numeric' });
  return capitalised(date.format(atMs), place.locale);
}

/** Date, time and zone in full, for whoever asks exactly. */
export function fullTime(atMs: number, place: Place): string {
  return plainSpaces(
    formatter(place, 'full', {
      weekday: 'long',
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    }).format(atMs),
  );
}
