import { RotateCw } from 'lucide-react';
import type { AppView } from '../../shared/views.ts';
import { installUpdate } from '../data/commands.ts';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';

/**
 * The one place that speaks of an update unasked: quietly, and never while something is being written or is on its way.
 */
export function UpdateOffer({ updates, connection }: Pick<AppView, 'updates' | 'connection'>) {
  const { say } = useWords();
  const isWriting = useUi((state) => Object.values(state.drafts).some((draft) => draft.trim() !== ''));
  if (updates.phase !== 'ready' || isWriting || connection.waitingCount > 0) return null;
  return (
    <button
      type="button"
      onClick={installUpdate}
      className="grid min-h-13 w-16 content-center justify-items-center gap-1 rounded-xl text-center text-xs leading-tight break-words hyphens-auto font-medium text-accent-ink transition-colors hover:bg-hover"
    >
      <RotateCw aria-hidden className="size-5" />
      {say('updates.restart')}
    </button>
  );
}
