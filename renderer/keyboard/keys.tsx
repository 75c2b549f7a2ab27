import { useWords } from '../words.ts';
import { capText, type ListedShortcut } from './shortcuts.ts';

/** Ways to press a shortcut, drawn as the caps of their keys. */
export function Keys({ keys }: Pick<ListedShortcut, 'keys'>) {
  const { say } = useWords();
  return keys.map((held) => (
    <span key={held.join()} className="flex gap-0.5">
      {held.map((cap) => (
        <kbd
          key={cap}
          className="grid min-w-6 place-items-center rounded-md border border-line bg-canvas px-1.5 py-0.5 font-sans text-sm text-ink"
        >
          {capText(cap, say)}
        </kbd>
      ))}
    </span>
  ));
}
