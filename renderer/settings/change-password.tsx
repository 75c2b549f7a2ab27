import { useState, type SubmitEvent } from 'react';
import { PASSWORD_MIN_LENGTH } from '../../shared/limits.ts';
import type { Say } from '../../shared/words/words.ts';
import { changePassword } from '../data/commands.ts';
import { errorText } from '../error-text.ts';
import { Button } from '../ui/button.tsx';
import { showToast } from '../ui/toasts.tsx';
import { useWords } from '../words.ts';

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly autoComplete: 'current-password' | 'new-password';
}

function PasswordField({ label, name, autoComplete }: FieldProps) {
  return (
    <label className="grid max-w-80 gap-1 text-sm font-medium text-soft">
      {label}
      <input
        name={name}
        type="password"
        autoComplete={autoComplete}
        className="h-9 w-full rounded-lg border border-field-line bg-canvas px-3 text-base font-normal text-ink select-text"
      />
    </label>
  );
}

/** Why these passwords need not be tried, or what came of trying; null when the password was changed. */
async function problemWith(current: string, next: string, say: Say): Promise<string | null> {
  if (current === '' || next === '') return say('password.incomplete');
  if (next.length < PASSWORD_MIN_LENGTH) return say('errors.password_too_short');
  const problem = await changePassword(current, next);
  if (problem?.code === 'invalid_credentials') return say('password.wrong');
  return problem === null ? null : errorText(problem, say);
}

/** A button that unfolds the form by which the person sets another password. */
export function ChangePassword() {
  const { say } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const close = (): void => {
    setProblem(null);
    setIsOpen(false);
  };
  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (isPending) return;
    const fields = new FormData(event.currentTarget);
    const field = (name: string): string => {
      const value = fields.get(name);
      return typeof value === 'string' ? value : '';
    };
    setProblem(null);
    setIsPending(true);
    const failure = await problemWith(field('current'), field('next'), say);
    setIsPending(false);
    setProblem(failure);
    if (failure !== null) return;
    close();
    showToast(say('password.changed'));
  };

  if (!isOpen) return <Button onClick={() => setIsOpen(true)}>{say('password.change')}</Button>;
  return (
    <form
      noValidate
      aria-label={say('password.change')}
      onSubmit={(event) => void submit(event)}
      className="grid w-full gap-3 border-b border-line pb-4"
    >
      <PasswordField label={say('password.current')} name="current" autoComplete="current-password" />
      <PasswordField label={say('password.next')} name="next" autoComplete="new-password" />
      <p className="text-sm text-faint">{say('password.hint')}</p>
      {problem === null ? null : (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={isPending}>
          {isPending ? say('password.changing') : say('password.change')}
        </Button>
        <Button look="quiet" onClick={close}>
          {say('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
