import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';

interface TypingLineProps {
  readonly peerId: number;
  /** Who is typing, as the reader knows them. */
  readonly name: string;
}

/** Says below the last message that the other person types; its place is kept, so nothing jumps. */
export function TypingLine({ peerId, name }: TypingLineProps) {
  const { say } = useWords();
  const isTyping = useUi((state) => state.typing[peerId] === true);
  return (
    <div className="h-7 shrink-0 px-4 text-sm text-faint">
      {isTyping ? (
        <p className="flex h-full items-center gap-2">
          <span aria-hidden className="flex gap-1">
            <span className="size-1.5 animate-typing rounded-full bg-current" />
            <span className="size-1.5 animate-typing rounded-full bg-current delay-one" />
            <span className="size-1.5 animate-typing rounded-full bg-current delay-two" />
          </span>
          <span className="min-w-0 truncate">{say('chat.isTyping', { name })}</span>
        </p>
      ) : null}
    </div>
  );
}
