import { useState } from 'react';
import type { TraineeView } from '../../shared/views.ts';
import { useIsReadOnly, useTrainees } from '../data/queries.ts';
import { PeopleScreen } from '../people/people-screen.tsx';
import { fullTime, timeLabel } from '../time/labels.ts';
import { useNow, type Now } from '../time/use-now.ts';
import { Avatar } from '../ui/avatar.tsx';
import { ActionMenu } from '../ui/menu.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';
import { QuickMessage } from './quick-message.tsx';
import { RemoveTrainee } from './remove-trainee.tsx';

interface RowProps {
  readonly trainee: TraineeView;
  readonly now: Now;
  readonly isReadOnly: boolean;
  readonly onMessage: () => void;
  readonly onRemove: () => void;
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

function TraineeRow({ trainee, now, isReadOnly, onMessage, onRemove }: RowProps) {
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
            className="truncate text-start font-medium outline-none after:absolute after:inset-0 after:rounded-xl after:-outline-offset-2 after:outline-accent-ink focus-visible:after:outline-2 forced-colors:underline"
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
          ...(isReadOnly ? [] : [{ label: say('trainees.message'), onSelect: onMessage }]),
          { label: say('common.viewProfile'), onSelect: () => useUi.getState().openTrainee(trainee.id) },
          ...(isReadOnly ? [] : [{ label: say('trainees.remove'), onSelect: onRemove }]),
        ]}
      />
    </li>
  );
}

/** All trainees, with a filter by name and a quick way to write to each. */
export function TraineeList() {
  const { say } = useWords();
  const trainees = useTrainees();
  const isReadOnly = useIsReadOnly();
  const now = useNow();
  const [addressee, setAddressee] = useState<TraineeView | null>(null);
  const [leaving, setLeaving] = useState<TraineeView | null>(null);
  return (
    <PeopleScreen
      title={say('trainees.title')}
      loading={say('trainees.loading')}
      empty={{ title: say('trainees.empty'), text: say('trainees.emptyText') }}
      people={trainees}
      renderRow={(trainee) => (
        <TraineeRow
          key={trainee.id}
          trainee={trainee}
          now={now}
          isReadOnly={isReadOnly}
          onMessage={() => setAddressee(trainee)}
          onRemove={() => setLeaving(trainee)}
        />
      )}
    >
      <QuickMessage trainee={addressee} onClose={() => setAddressee(null)} />
      <RemoveTrainee trainee={leaving} onClose={() => setLeaving(null)} />
    </PeopleScreen>
  );
}
