import { Composer } from '../chat/composer.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { showToast } from '../ui/toasts.tsx';
import { useUi } from '../ui-state.ts';

interface QuickMessageProps {
  /** Null while closed. */
  readonly trainee: { readonly id: number; readonly name: string } | null;
  readonly onClose: () => void;
}

/** Writes to a trainee without leaving the list. */
export function QuickMessage({ trainee, onClose }: QuickMessageProps) {
  if (trainee === null) return null;
  const { id, name } = trainee;
  return (
    <Dialog title={`Message ${name}`} isOpen onClose={onClose}>
      <Composer
        peerId={id}
        peerName={name}
        onSent={() => {
          onClose();
          showToast(`Message to ${name} is on its way`, {
            label: 'Open',
            run: () => useUi.getState().openThread(id),
          });
        }}
      />
    </Dialog>
  );
}
