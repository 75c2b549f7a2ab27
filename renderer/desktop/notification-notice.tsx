import { useState } from 'react';
import type { DesktopView } from '../../shared/desktop.ts';
import { useWords } from '../words.ts';

/** In the place of notifications that the system does not show: said once, until it is dismissed. */
export function NotificationNotice({ desktop }: { readonly desktop: DesktopView }) {
  const { say } = useWords();
  const [isDismissed, setIsDismissed] = useState(false);
  if (desktop.canNotify !== false || !desktop.settings.notifications || isDismissed) return null;
  const text = say('notifications.unavailable');
  return (
    <div className="flex items-center justify-center gap-3 bg-hover px-4 py-1.5 text-sm text-soft">
      <p role="status" aria-label={text}>
        {text}
      </p>
      <button
        type="button"
        className="rounded px-1 font-medium text-accent-ink hover:underline"
        onClick={() => setIsDismissed(true)}
      >
        {say('common.dismiss')}
      </button>
    </div>
  );
}
