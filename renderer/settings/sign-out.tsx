import { useState } from 'react';
import { call } from '../bridge.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

interface SignOutProps {
  /** "Sign out", or "Leave the demo". */
  readonly label: string;
}

/** Signs out; asks first when messages would be left unsent. */
export function SignOut({ label }: SignOutProps) {
  const [unsentCount, setUnsentCount] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);

  const signOut = async (unsent: 'ask' | 'keep' | 'discard'): Promise<void> => {
    setProblem(null);
    const result = await call('session.signOut', { unsent });
    if (!result.ok) setProblem(result.error.message);
    else if (!result.value.isSignedOut) setUnsentCount(result.value.unsentCount);
  };

  const messages = unsentCount === 1 ? '1 message has' : `${unsentCount} messages have`;
  return (
    <>
      <Button onClick={() => void signOut('ask')}>{label}</Button>
      {problem === null ? null : (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      )}
      <Dialog title="Unsent messages" isOpen={unsentCount > 0} onClose={() => setUnsentCount(0)}>
        <p className="px-4 text-soft">
          {messages} not been sent yet. Kept messages stay on this computer and are sent when you sign in
          again; discarded ones are gone for good.
        </p>
        <div className="flex flex-wrap justify-end gap-2 p-4">
          <Button look="quiet" onClick={() => setUnsentCount(0)}>
            Cancel
          </Button>
          <Button look="danger" onClick={() => void signOut('discard')}>
            Discard and sign out
          </Button>
          <Button look="primary" onClick={() => void signOut('keep')}>
            Keep and sign out
          </Button>
        </div>
      </Dialog>
    </>
  );
}
