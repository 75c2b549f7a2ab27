import { X } from 'lucide-react';
import { IconButton } from '../ui/button.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';

/** Says quietly, once, that this computer cannot remember the session. */
export function SessionHint() {
  const { say } = useWords();
  const isDismissed = useUi((state) => state.isHintDismissed);
  if (isDismissed) return null;
  return (
    <div className="flex shrink-0 items-center gap-2 border-t border-line py-1 pr-1 pl-4 text-sm text-faint">
      <p className="grow">{say('inbox.notRemembered')}</p>
      <IconButton label={say('common.dismiss')} onClick={() => useUi.getState().dismissHint()}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </div>
  );
}
