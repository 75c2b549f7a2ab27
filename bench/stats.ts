/** Numbers out of samples, and their table. */

/** One measured thing; all times in milliseconds. */
export interface Measurement {
  readonly name: string;
  /** How it was measured, in words that let a reader judge the number. */
  readonly how: string;
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
  /** Median divided by the median of the named baseline, when there is one. */
  readonly ratio?: { readonly to: string; readonly value: number };
}

function quantile(sorted: readonly number[], share: number): number {
  const index = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return sorted[Math.max(0, index)] ?? Number.NaN;
}

function rounded(ms: number): number {
  return Number(ms.toPrecision(4));
}

/** Sums samples (milliseconds) up; with a baseline also how many times slower than that. */
export function summarise(
  name: string,
  how: string,
  samples: readonly number[],
  baseline?: Measurement,
): Measurement {
  const sorted = samples.toSorted((a, b) => a - b);
  const median = rounded(quantile(sorted, 0.5));
  return {
    name,
    how,
    count: sorted.length,
    median,
    p95: rounded(quantile(sorted, 0.95)),
    p99: rounded(quantile(sorted, 0.99)),
    min: rounded(quantile(sorted, 0)),
    max: rounded(quantile(sorted, 1)),
    ...(baseline === undefined
      ? {}
      : { ratio: { to: baseline.name, value: Number((median / baseline.median).toFixed(2)) } }),
  };
}

/** A table for a terminal of ordinary width. */
export function renderTable(measurements: readonly Measurement[]): string {
  const rows = [
    ['milliseconds', 'n', 'median', 'p95', 'p99', 'min', 'ratio'],
    ...measurements.map(({ name, count, median, p95, p99, min, ratio }) => [
      name,
      String(count),
      String(median),
      String(p95),
      String(p99),
      String(min),
      ratio === undefined ? '' : `${ratio.value} × ${ratio.to}`,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 || column === 6
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
