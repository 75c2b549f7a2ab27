import type { KeyboardEvent } from 'react';
import type { ConversationView } from '../../shared/views.ts';
import { cappedCount } from '../ui/count-badge.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';
import { FILTERS, isShown } from './filters.ts';

/** The tabs above the conversation list; arrows move between them. */
export function FilterTabs({ rows }: { readonly rows: readonly ConversationView[] }) {
  const { say } = useWords();
  const filter = useUi((state) => state.filter);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const index = FILTERS.indexOf(filter);
    const nextIndex = (index + step + FILTERS.length) % FILTERS.length;
    const next = FILTERS[nextIndex];
    if (next === undefined) return;
    useUi.getState().setFilter(next);
    const tab = event.currentTarget.children[nextIndex];
    if (tab instanceof HTMLElement) tab.focus();
  };

  return (
    <div
      role="tablist"
      aria-label={say('inbox.filter')}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="flex flex-wrap gap-0.5 rounded-lg bg-hover p-0.5"
    >
      {FILTERS.map((tab) => {
        const isCurrent = tab === filter;
        const count = tab === 'all' ? 0 : rows.filter((row) => isShown(row, tab)).length;
        return (
          <button
            key={tab}
            type="button"
            role="tab"
            aria-selected={isCurrent}
            aria-controls="conversation-panel"
            tabIndex={isCurrent ? 0 : -1}
            onClick={() => useUi.getState().setFilter(tab)}
            className={`flex h-7 grow items-center justify-center gap-1 rounded-md px-2 text-sm font-medium whitespace-nowrap ${
              isCurrent ? 'bg-control text-ink shadow-xs' : 'text-soft hover:text-ink'
            }`}
          >
            {say(`inbox.${tab}`)}
            {count > 0 ? (
              // Decoration, drawn by CSS: as text it would be part of the label that is seen but not said.
              <span
                aria-hidden
                data-count={cappedCount(count)}
                className="text-faint tabular-nums drawn-count"
              />
            ) : null}
          </button>
        );
      })}
    </div>
  );
}
