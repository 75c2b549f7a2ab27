/** A count as seen: exact up to 99, then "99+". */
export function cappedCount(count: number): string {
  return count > 99 ? '99+' : String(count);
}

interface CountBadgeProps {
  readonly count: number;
  readonly className?: string;
}

/** A red dot with a count; decoration beside a name that says it. Nothing at zero. */
export function CountBadge({ count, className = '' }: CountBadgeProps) {
  if (count === 0) return null;
  return (
    <span
      aria-hidden
      className={`grid h-4.5 min-w-4.5 shrink-0 place-items-center rounded-full bg-badge px-1 text-xs font-semibold text-on-accent tabular-nums ${className}`}
    >
      {cappedCount(count)}
    </span>
  );
}
