/** Numbers out of samples, and their table. */

/** What a figure counts: milliseconds, something a second, mebibytes, pixels, or a quotient. */
export type Unit = 'ms' | '1/s' | 'MiB' | 'px' | '×';

/** A figure that is wanted: at most or at least so much. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** One measured thing. */
export interface Measurement {
  readonly name: string;
  readonly unit: Unit;
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
  /** For the median. */
  readonly target?: Target;
}

/** What a measurement may say beyond its samples. */
export interface SummaryOptions {
  readonly unit?: Unit;
  readonly baseline?: Measurement;
  readonly target?: Target;
}

function quantile(sorted: readonly number[], share: number): number {
  const index = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return sorted[Math.max(0, index)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Sums samples (milliseconds unless another unit is named) up; with a baseline also how many times that. */
export function summarise(
  name: string,
  how: string,
  samples: readonly number[],
  { unit = 'ms', baseline, target }: SummaryOptions = {},
): Measurement {
  const sorted = samples.toSorted((a, b) => a - b);
  const median = rounded(quantile(sorted, 0.5));
  return {
    name,
    unit,
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
    ...(target !== undefined && { target }),
  };
}

function describeTarget(target: Target | undefined): string {
  if (target === undefined) return '';
  return 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

/** The columns of the table: title, whether its cells stand left, and what they hold. */
const COLUMNS: readonly {
  readonly title: string;
  readonly isLeft?: boolean;
  readonly cell: (measurement: Measurement) => string;
}[] = [
  { title: 'measured', isLeft: true, cell: ({ name }) => name },
  { title: 'unit', isLeft: true, cell: ({ unit }) => unit },
  { title: 'n', cell: ({ count }) => String(count) },
  { title: 'median', cell: ({ median }) => String(median) },
  { title: 'p95', cell: ({ p95 }) => String(p95) },
  { title: 'p99', cell: ({ p99 }) => String(p99) },
  { title: 'min', cell: ({ min }) => String(min) },
  { title: 'target', cell: ({ target }) => describeTarget(target) },
  { title: 'ratio', isLeft: true, cell: ({ ratio }) => (ratio ? `${ratio.value} × ${ratio.to}` : '') },
];

/** A table for a terminal of ordinary width. */
export function renderTable(measurements: readonly Measurement[]): string {
  const rows = [
    COLUMNS.map(({ title }) => title),
    ...measurements.map((one) => COLUMNS.map(({ cell }) => cell(one))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, column: number) =>
    COLUMNS[column]?.isLeft ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
