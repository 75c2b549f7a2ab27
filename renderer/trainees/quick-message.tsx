import { Composer } from '../chat/composer.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { showToast } from '../ui/toasts.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';

interface QuickMessageProps {
  /** Null while closed. */
  readonly trainee: { readonly id: number; readonly name: string } | null;
  readonly onClose: () => void;
}

/** Writes to a trainee without leaving the list. */
export function QuickMessage({ trainee, onClose }: QuickMessageProps) {
  const { say } = useWords();
  if (trainee === null) return null;
  const { id, name } = trainee;
  return (
    <Dialog title={say('common.writeTo', { name })} isOpen onClose={onClose}>
      <Composer
        peerId={id}
        peerName={name}
        onSent={() => {
          onClose();
          showToast(say('trainees.onItsWay', { name }), {
            label: say('trainees.open'),
            run: () => useUi.getState().openThread(id),
          });
        }}
      />
    </Dialog>
  );
}
