import { ArrowLeft } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { TraineeDetail } from '../../shared/wire/entities.ts';
import { useIsReadOnly, useTrainee, useTrainees } from '../data/queries.ts';
import { fullTime, timeLabel } from '../time/labels.ts';
import { useNow } from '../time/use-now.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/states.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';
import { RemoveTrainee } from './remove-trainee.tsx';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid content-between gap-1">
      <dt className="text-sm text-faint">{name}</dt>
      <dd className="people-text font-medium">{children}</dd>
    </div>
  );
}

function Moment({ at, never }: { readonly at: string | null; readonly never: string }) {
  const { nowMs, place } = useNow();
  if (at === null) return never;
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={fullTime(atMs, place)}>
      {timeLabel(nowMs, atMs, place)}
    </time>
  );
}

/** Who it is. The list on this computer knows that at once, so writing to them never waits for the network. */
function Header({ trainee }: { readonly trainee: Pick<TraineeDetail, 'id' | 'name' | 'email'> }) {
  const { say } = useWords();
  const isReadOnly = useIsReadOnly();
  return (
    <header className="flex flex-wrap items-center gap-4">
      <Avatar id={trainee.id} name={trainee.name} size="large" />
      <div className="grid min-w-0 grow">
        <h1 dir="auto" className="people-text text-xl font-semibold">
          {trainee.name}
        </h1>
        <p className="people-text text-soft text-selectable">{trainee.email}</p>
      </div>
      {isReadOnly ? null : (
        <Button
          look="primary"
          className="grow wide:grow-0"
          onClick={() => useUi.getState().openThread(trainee.id)}
        >
          {say('trainees.sendMessage')}
        </Button>
      )}
    </header>
  );
}

function Progress({ trainee }: { readonly trainee: TraineeDetail }) {
  const { say } = useWords();
  const { missedWorkoutsThisWeek } = trainee;
  return (
    <dl className="facts gap-x-3 gap-y-6 rounded-2xl border border-line bg-raised p-6">
      <Fact name={say('trainees.programme')}>
        {trainee.programme === null ? say('common.none') : <bdi>{trainee.programme}</bdi>}
      </Fact>
      <Fact name={say('trainees.lastWorkout')}>
        <Moment at={trainee.lastWorkoutAt} never={say('trainees.noWorkout')} />
      </Fact>
      <Fact name={say('trainees.missedWorkouts')}>
        <span className={missedWorkoutsThisWeek > 0 ? 'text-notice-ink' : ''}>{missedWorkoutsThisWeek}</span>
      </Fact>
      <Fact name={say('trainees.lastActive')}>
        <Moment at={trainee.lastActiveAt} never={say('trainees.neverActive')} />
      </Fact>
      <Fact name={say('trainees.joined')}>
        <Moment at={trainee.joinedAt} never="" />
      </Fact>
    </dl>
  );
}

function ShimmerProgress() {
  const { say } = useWords();
  return (
    <div role="status" aria-label={say('trainees.loadingProfile')} className="animate-late">
      <span className="block h-32 animate-shimmer rounded-2xl bg-hover" />
    </div>
  );
}

/** One trainee: who they are, how they are doing, and the way to write to them. */
export function TraineePage({ traineeId }: { readonly traineeId: number }) {
  const { say } = useWords();
  const trainee = useTrainee(traineeId);
  const known = useTrainees().data?.find((one) => one.id === traineeId);
  const person = trainee.data ?? known;
  const isReadOnly = useIsReadOnly();
  const [isLeaving, setIsLeaving] = useState(false);
  return (
    <main className="h-full overflow-y-auto bg-canvas">
      <div className="mx-auto grid max-w-200 gap-6 p-6">
        <Button
          look="quiet"
          className="-ml-3 justify-self-start"
          onClick={() => useUi.getState().openTrainee(null)}
        >
          <ArrowLeft aria-hidden className="size-4" />
          {say('trainees.backToList')}
        </Button>
        {person === undefined ? null : <Header trainee={person} />}
        {trainee.isError ? (
          <ErrorState error={trainee.error.detail} onRetry={() => void trainee.refetch()} />
        ) : null}
        {trainee.isPending ? <ShimmerProgress /> : null}
        {trainee.data === undefined ? null : <Progress trainee={trainee.data} />}
        {known === undefined || isReadOnly ? null : (
          <div>
            <Button look="danger" onClick={() => setIsLeaving(true)}>
              {say('trainees.remove')}
            </Button>
          </div>
        )}
      </div>
      <RemoveTrainee
        trainee={isLeaving ? (known ?? null) : null}
        onClose={() => setIsLeaving(false)}
        onRemoved={() => useUi.getState().openTrainee(null)}
      />
    </main>
  );
}
