import { describe, expect, it } from 'vitest';
import { createWords } from '../../shared/words/words.ts';
import { clockTime, dayKey, dayLabel, fullTime, timeLabel, type Place } from '../../renderer/time/labels.ts';

const ZONES = ['UTC', 'Pacific/Auckland', 'America/St_Johns', 'America/New_York'] as const;
const { say } = createWords('en');
const utc: Place = { locale: 'en-US', timeZone: 'UTC', say };
const at = (iso: string): number => Date.parse(iso);

describe('the time of a message', () => {
  const now = at('2026-02-20T15:00:00Z');

  it.each([
    ['2026-02-20T14:59:01Z', 'Just now'],
    ['2026-02-20T14:59:00Z', '1m ago'],
    ['2026-02-20T14:55:00Z', '5m ago'],
    ['2026-02-20T14:00:01Z', '59m ago'],
    ['2026-02-20T14:00:00Z', '2:00 PM'],
    ['2026-02-20T00:00:00Z', '12:00 AM'],
    ['2026-02-19T23:59:59Z', 'Yesterday'],
    ['2026-02-19T00:00:00Z', 'Yesterday'],
    ['2026-02-18T23:59:59Z', 'Feb 18'],
    ['2026-01-01T00:00:00Z', 'Jan 1'],
    ['2025-12-31T23:59:59Z', 'Dec 31, 2025'],
  ])('of %s is "%s"', (time, label) => {
    expect(timeLabel(now, at(time), utc)).toBe(label);
  });

  it('is never in the future, however wrong a clock (K4)', () => {
    expect(timeLabel(now, now + 5 * 3_600_000, utc)).toBe('Just now');
  });

  it('follows the clock of the locale', () => {
    const twoHoursAgo = at('2026-02-20T13:00:00Z');
    expect(timeLabel(now, twoHoursAgo, { ...utc, locale: 'en-GB' })).toBe('13:00');
    expect(timeLabel(now, twoHoursAgo, { ...utc, locale: 'de-DE' })).toBe('13:00');
  });

  it('still counts minutes just after midnight', () => {
    expect(timeLabel(at('2026-02-20T00:10:00Z'), at('2026-02-19T23:50:00Z'), utc)).toBe('20m ago');
  });

  it('holds only plain spaces', () => {
    expect(clockTime(at('2026-02-20T14:30:00Z'), utc)).toBe('2:30 PM');
    expect(fullTime(at('2026-02-20T14:30:00Z'), utc)).toMatch(/^Friday, February 20, 2026 .*2:30:00 PM UTC$/);
  });
});

describe('calendar days', () => {
  it('are those of the reader, not of UTC (K1)', () => {
    const time = at('2026-02-20T11:30:00Z');
    expect(dayKey(time, { timeZone: 'Pacific/Auckland' })).toBe('2026-02-21');
    expect(dayKey(time, { timeZone: 'America/New_York' })).toBe('2026-02-20');
    expect(dayKey(at('2026-02-20T03:15:00Z'), { timeZone: 'America/St_Johns' })).toBe('2026-02-19');
  });

  it.each(ZONES)('keep yesterday right in %s through days of 23 and 25 hours (K3)', (timeZone) => {
    const place: Place = { ...utc, timeZone };
    // Every two hours over a year that has both changes: the label agrees with counting calendar days.
    for (let time = at('2026-01-02T00:00:00Z'); time < at('2026-12-31T00:00:00Z'); time += 2 * 3_600_000) {
      const now = time + 26 * 3_600_000;
      const [today, day] = [dayKey(now, place), dayKey(time, place)];
      const daysApart = Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000);
      expect([1, 2]).toContain(daysApart);
      expect(timeLabel(now, time, place) === 'Yesterday').toBe(daysApart === 1);
    }
  });

  it('are named on day lines', () => {
    const now = at('2026-02-20T15:00:00Z');
    expect(dayLabel(now, at('2026-02-20T01:00:00Z'), utc)).toBe('Today');
    expect(dayLabel(now, at('2026-02-19T01:00:00Z'), utc)).toBe('Yesterday');
    expect(dayLabel(now, at('2026-02-16T01:00:00Z'), utc)).toBe('Monday, February 16');
    expect(dayLabel(now, at('2025-02-16T01:00:00Z'), utc)).toBe('February 16, 2025');
  });
});

describe('times in other languages', () => {
  const now = at('2026-02-20T15:00:00Z');
  const places = {
    es: { locale: 'es-ES', timeZone: 'UTC', say: createWords('es').say },
    'pt-BR': { locale: 'pt-BR', timeZone: 'UTC', say: createWords('pt-BR').say },
  } as const;

  it.each([
    ['2026-02-20T14:59:30Z', 'Ahora mismo', 'Agora mesmo'],
    ['2026-02-20T14:55:00Z', 'hace 5 min', 'há 5 min'],
    ['2026-02-20T09:05:00Z', '9:05', '9:05'],
    ['2026-02-19T09:00:00Z', 'Ayer', 'Ontem'],
    ['2026-02-15T09:00:00Z', '15 feb', '15 de fev.'],
    ['2025-02-15T09:00:00Z', '15 feb 2025', '15 de fev. de 2025'],
  ])('are written as there: %s', (time, spanish, portuguese) => {
    expect(timeLabel(now, at(time), places.es)).toBe(spanish);
    expect(timeLabel(now, at(time), places['pt-BR'])).toBe(portuguese);
  });

  it('begin a line of their own with a capital', () => {
    const monday = at('2026-02-16T09:00:00Z');
    expect(dayLabel(now, monday, places.es)).toBe('Lunes, 16 de febrero');
    expect(dayLabel(now, monday, places['pt-BR'])).toBe('Segunda-feira, 16 de fevereiro');
  });
});
