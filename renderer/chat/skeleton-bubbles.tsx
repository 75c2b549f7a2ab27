import { useWords } from '../words.ts';

const WIDTHS = ['w-48', 'w-64 self-end', 'w-40 self-end', 'w-72', 'w-56', 'w-52 self-end'] as const;

/** What a thread shows until its messages are read. */
export function SkeletonBubbles() {
  const { say } = useWords();
  return (
    <div
      role="status"
      aria-label={say('chat.loading')}
      className="flex min-h-0 grow animate-late flex-col justify-end gap-3 p-4"
    >
      {WIDTHS.map((width) => (
        <span key={width} className={`h-10 animate-shimmer rounded-2xl bg-bubble ${width}`} />
      ))}
    </div>
  );
}
