import { Search, Users } from 'lucide-react';
import { useState } from 'react';
import type { TraineeView } from '../../shared/views.ts';
import { useTrainees } from '../data/queries.ts';
import { fullTime, timeLabel } from '../time/labels.ts';
import { useNow, type Now } from '../time/use-now.ts';
import { Avatar } from '../ui/avatar.tsx';
import { ActionMenu } from '../ui/menu.tsx';
import { matchesName } from '../ui/search.ts';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';
import { QuickMessage } from './quick-message.tsx';

interface RowProps {
  readonly trainee: TraineeView;
  readonly now: Now;
  readonly onMessage: () => void;
}

function LastContact({ at, now: { nowMs, place } }: { readonly at: string | null; readonly now: Now }) {
  const { say } = useWords();
  if (at === null) return <span className="text-faint">{say('trainees.noContact')}</span>;
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={fullTime(atMs, place)} className="text-soft tabular-nums">
      {timeLabel(nowMs, atMs, place)}
    </time>
  );
}

function TraineeRow({ trainee, now, onMessage }: RowProps) {
  const { say } = useWords();
  return (
    <li className="relative flex items-center gap-2 rounded-xl pr-2 lazy-row hover:bg-hover">
      <div className="flex h-16 min-w-0 grow items-center gap-3 px-3">
        <Avatar id={trainee.id} name={trainee.name} />
        <span className="grid min-w-0 grow">
          {/* Its click area is the whole row; its name is the name alone. */}
          <button
            type="button"
            data-trainee={trainee.id}
            onClick={() => useUi.getState().openTrainee(trainee.id)}
            className="truncate text-start font-medium outline-none after:absolute after:inset-0 after:rounded-xl after:-outline-offset-2 after:outline-accent-ink focus-visible:after:outline-2"
          >
            <bdi>{trainee.name}</bdi>
          </button>
          <span className="truncate text-sm text-faint">{trainee.email}</span>
        </span>
        <span className="max-w-28 shrink-0 text-end text-sm wide:max-w-none">
          <span className="sr-only">{say('trainees.lastContact')}</span>
          <LastContact at={trainee.lastContactAt} now={now} />
        </span>
      </div>
      <ActionMenu
        label={say('trainees.actions', { name: trainee.name })}
        items={[
          { label: say('trainees.message'), onSelect: onMessage },
          { label: say('common.viewProfile'), onSelect: () => useUi.getState().openTrainee(trainee.id) },
        ]}
      />
    </li>
  );
}

function ShimmerList() {
  const { say } = useWords();
  return (
    <div role="status" aria-label={say('trainees.loading')} className="grid animate-late gap-1">
      {['a', 'b', 'c', 'd', 'e'].map((key) => (
        <span key={key} className="h-16 animate-shimmer rounded-xl bg-hover" />
      ))}
    </div>
  );
}

/** All trainees, with a filter by name and a quick way to write to each. */
export function TraineeList() {
  const { say } = useWords();
  const trainees = useTrainees();
  const now = useNow();
  const [query, setQuery] = useState('');
  const [addressee, setAddressee] = useState<TraineeView | null>(null);

  const shown = trainees.data?.filter((trainee) => matchesName(trainee.name, query.trim())) ?? [];
  let content = (
    <ul aria-label={say('trainees.title')} className="-mx-3">
      {shown.map((trainee) => (
        <TraineeRow key={trainee.id} trainee={trainee} now={now} onMessage={() => setAddressee(trainee)} />
      ))}
    </ul>
  );
  if (trainees.isError) {
    content = <ErrorState error={trainees.error.detail} onRetry={() => void trainees.refetch()} />;
  } else if (trainees.data === undefined) {
    content = <ShimmerList />;
  } else if (trainees.data.length === 0) {
    content = (
      <EmptyState
        icon={<Users className="size-6" />}
        title={say('trainees.empty')}
        text={say('trainees.emptyText')}
      />
    );
  } else if (shown.length === 0) {
    content = (
      <EmptyState
        icon={<Search className="size-6" />}
        title={say('trainees.nobody')}
        text={say('trainees.nobodyText')}
      />
    );
  }
  return (
    <main className="h-full overflow-y-auto bg-canvas">
      <div className="mx-auto grid max-w-200 gap-4 p-6">
        <header className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="text-xl font-semibold">{say('trainees.title')}</h1>
          <label className="flex h-9 w-full items-center gap-2 rounded-lg border border-field-line bg-raised px-3 focus-within:border-accent-ink wide:w-64">
            <Search aria-hidden className="size-4 shrink-0 text-faint" />
            <input
              type="search"
              aria-label={say('trainees.filter')}
              placeholder={say('trainees.filter')}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              className="min-w-0 grow outline-none select-text"
            />
          </label>
        </header>
        {content}
      </div>
      <QuickMessage trainee={addressee} onClose={() => setAddressee(null)} />
    </main>
  );
}
