import { useState } from 'react';
import type { RunView } from '../../shared/views.ts';
import { restartApp } from '../data/commands.ts';
import { useWords } from '../words.ts';

interface NoticeProps {
  readonly text: string;
  readonly action: string;
  readonly isAlert: boolean;
  readonly onDismiss?: () => void;
}

function Notice({ text, action, isAlert, onDismiss }: NoticeProps) {
  const { say } = useWords();
  const button = 'shrink-0 rounded px-1 font-medium hover:underline';
  return (
    <div className="flex items-center justify-center gap-3 bg-notice-soft px-4 py-1.5 text-sm text-notice-ink">
      <p role={isAlert ? 'alert' : 'status'} aria-label={text}>
        {text}
      </p>
      <button type="button" className={button} onClick={restartApp}>
        {action}
      </button>
      {onDismiss === undefined ? null : (
        <button type="button" className={button} onClick={onDismiss}>
          {say('common.dismiss')}
        </button>
      )}
    </div>
  );
}

/** What is unusual about this run of the app: it is not connected on purpose, or something in it broke. */
export function RunNotice({ run }: { readonly run: RunView }) {
  const { say } = useWords();
  const [isDismissed, setIsDismissed] = useState(false);
  return (
    <>
      {run.isSafeStart ? (
        <Notice isAlert={false} text={say('safeStart.banner')} action={say('safeStart.normal')} />
      ) : null}
      {run.hasFailed && !isDismissed ? (
        <Notice
          isAlert
          text={say('run.failed')}
          action={say('run.restart')}
          onDismiss={() => setIsDismissed(true)}
        />
      ) : null}
    </>
  );
}
