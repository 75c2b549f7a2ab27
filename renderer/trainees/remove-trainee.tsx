import { useState } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import { removeTrainee } from '../data/commands.ts';
import { errorText } from '../error-text.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { showToast } from '../ui/toasts.tsx';
import { useWords } from '../words.ts';

interface RemoveTraineeProps {
  /** Null while closed. */
  readonly trainee: { readonly id: number; readonly name: string } | null;
  readonly onClose: () => void;
  /** Called after the trainee was removed, before {@link onClose}. */
  readonly onRemoved?: () => void;
}

/** Asks before a trainee is removed, and says what that does. */
export function RemoveTrainee({ trainee, onClose, onRemoved }: RemoveTraineeProps) {
  const { say } = useWords();
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<ClientError | null>(null);
  if (trainee === null) return null;
  const { id, name } = trainee;

  const close = (): void => {
    setProblem(null);
    onClose();
  };
  const remove = async (): Promise<void> => {
    setProblem(null);
    setIsPending(true);
    const failure = await removeTrainee(id);
    setIsPending(false);
    setProblem(failure);
    if (failure !== null) return;
    onRemoved?.();
    close();
    showToast(say('trainees.removed', { name }));
  };

  return (
    <Dialog title={say('trainees.removeTitle', { name })} isOpen onClose={close}>
      <p className="people-text px-4 text-soft">{say('trainees.removeText', { name })}</p>
      {problem === null ? null : (
        <p role="alert" className="px-4 pt-3 text-danger">
          {errorText(problem, say)}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2 p-4">
        <Button look="quiet" onClick={close}>
          {say('common.cancel')}
        </Button>
        <Button look="danger" disabled={isPending} onClick={() => void remove()}>
          {isPending ? say('trainees.removing') : say('trainees.confirmRemove')}
        </Button>
      </div>
    </Dialog>
  );
}
