import { useState } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import { call } from '../bridge.ts';
import { copyText } from '../data/commands.ts';
import { errorText } from '../error-text.ts';
import { Button } from '../ui/button.tsx';
import { showToast } from '../ui/toasts.tsx';
import { useWords } from '../words.ts';

/** What helps support to find a fault: shown first, then copied or saved exactly as shown. */
export function Diagnostics() {
  const { say } = useWords();
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<ClientError | null>(null);

  const show = async (): Promise<void> => {
    const result = await call('diagnostics.read', {});
    if (result.ok) setText(result.value.text);
    setProblem(result.ok ? null : result.error);
  };
  const copy = (shown: string): void => {
    copyText(shown);
    showToast(say('diagnostics.copied'));
  };
  const save = async (): Promise<void> => {
    const result = await call('diagnostics.save', {});
    setProblem(result.ok ? null : result.error);
    if (result.ok && result.value.isSaved) showToast(say('diagnostics.saved'));
  };

  return (
    <>
      <p className="text-soft">{say('diagnostics.text')}</p>
      {text === null ? null : (
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keyboard as well
          tabIndex={0}
          role="region"
          aria-label={say('diagnostics.title')}
          dir="ltr"
          className="max-h-64 overflow-auto rounded-lg border border-line bg-sunken p-3 text-sm whitespace-pre text-selectable"
        >
          {text}
        </pre>
      )}
      {problem === null ? null : (
        <p role="alert" className="text-danger">
          {errorText(problem, say)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        {text === null ? (
          <Button onClick={() => void show()}>{say('diagnostics.show')}</Button>
        ) : (
          <>
            <Button onClick={() => copy(text)}>{say('common.copy')}</Button>
            <Button onClick={() => void save()}>{say('diagnostics.save')}</Button>
          </>
        )}
      </div>
    </>
  );
}
