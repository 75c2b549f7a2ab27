import { useState } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import type { User } from '../../shared/wire/entities.ts';
import { viewAs } from '../data/commands.ts';
import { useTrainers } from '../data/queries.ts';
import { errorText } from '../error-text.ts';
import { PeopleScreen } from '../people/people-screen.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { useWords } from '../words.ts';

interface RowProps {
  readonly trainer: User;
  readonly isDisabled: boolean;
  readonly onView: () => void;
}

function TrainerRow({ trainer: { id, name, email }, isDisabled, onView }: RowProps) {
  const { say } = useWords();
  return (
    <li className="flex min-h-16 items-center gap-3 rounded-xl px-3 lazy-row">
      <Avatar id={id} name={name} />
      <span className="grid min-w-0 grow">
        <bdi className="truncate font-medium">{name}</bdi>
        <span className="truncate text-sm text-faint">{email}</span>
      </span>
      <Button disabled={isDisabled} aria-label={say('trainers.viewAs', { name })} onClick={onView}>
        {say('trainers.view')}
      </Button>
    </li>
  );
}

/** All trainers, for an admin who wants to see what one of them sees. */
export function TrainersScreen() {
  const { say } = useWords();
  const trainers = useTrainers();
  const [isOpening, setIsOpening] = useState(false);
  const [problem, setProblem] = useState<ClientError | null>(null);
  const view = async (trainer: User): Promise<void> => {
    setProblem(null);
    setIsOpening(true);
    // When it works, this screen gives way to the trainer's inbox.
    setProblem(await viewAs(trainer.id));
    setIsOpening(false);
  };
  return (
    <PeopleScreen
      title={say('trainers.title')}
      text={say('trainers.text')}
      loading={say('trainers.loading')}
      empty={{ title: say('trainers.empty'), text: say('trainers.emptyText') }}
      people={trainers}
      alert={
        problem === null ? null : (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-danger">
            {errorText(problem, say)}
          </p>
        )
      }
      renderRow={(trainer) => (
        <TrainerRow
          key={trainer.id}
          trainer={trainer}
          isDisabled={isOpening}
          onView={() => void view(trainer)}
        />
      )}
    />
  );
}
