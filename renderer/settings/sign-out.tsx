import { useState } from 'react';
import { call } from '../bridge.ts';
import type { ClientError } from '../../shared/errors.ts';
import { errorText } from '../error-text.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useWords } from '../words.ts';

interface SignOutProps {
  /** "Sign out", or "Leave the demo". */
  readonly label: string;
}

/** Signs out; asks first when messages would be left unsent. */
export function SignOut({ label }: SignOutProps) {
  const { say } = useWords();
  const [unsentCount, setUnsentCount] = useState(0);
  const [problem, setProblem] = useState<ClientError | null>(null);

  const signOut = async (unsent: 'ask' | 'keep' | 'discard'): Promise<void> => {
    setProblem(null);
    const result = await call('session.signOut', { unsent });
    if (!result.ok) setProblem(result.error);
    else if (!result.value.isSignedOut) setUnsentCount(result.value.unsentCount);
  };

  return (
    <>
      <Button onClick={() => void signOut('ask')}>{label}</Button>
      {problem === null ? null : (
        <p role="alert" className="text-danger">
          {errorText(problem, say)}
        </p>
      )}
      <Dialog title={say('signOut.title')} isOpen={unsentCount > 0} onClose={() => setUnsentCount(0)}>
        <p className="px-4 text-soft">{say('signOut.text', { count: unsentCount })}</p>
        <div className="flex flex-wrap justify-end gap-2 p-4">
          <Button look="quiet" onClick={() => setUnsentCount(0)}>
            {say('common.cancel')}
          </Button>
          <Button look="danger" onClick={() => void signOut('discard')}>
            {say('signOut.discard')}
          </Button>
          <Button look="primary" onClick={() => void signOut('keep')}>
            {say('signOut.keep')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
