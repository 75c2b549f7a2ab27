import type { ReactNode } from 'react';
import type { UpdateView } from '../../shared/updates.ts';
import { PRODUCT_NAME } from '../../shared/words/product.ts';
import { checkForUpdate, copyText, installUpdate } from '../data/commands.ts';
import { clockTime } from '../time/labels.ts';
import { useNow } from '../time/use-now.ts';
import { Button } from '../ui/button.tsx';
import { useWords } from '../words.ts';

interface UpdateProps {
  readonly updates: UpdateView;
  /** Messages not yet acknowledged. */
  readonly waitingCount: number;
}

interface LineProps {
  readonly text: string;
  readonly children?: ReactNode;
}

/** What is going on, in words that are read out when they change, and what can be done about it. */
function Line({ text, children }: LineProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p role="status" className="min-w-0 grow basis-60 text-soft">
        {text}
      </p>
      {children}
    </div>
  );
}

function Idle({ updates }: { readonly updates: UpdateView & { readonly phase: 'idle' } }) {
  const { say } = useWords();
  const { place } = useNow();
  const { checkedAt, problem } = updates;
  const isNewest = checkedAt !== null && problem === null;
  const text = isNewest
    ? say('updates.upToDate', { time: clockTime(Date.parse(checkedAt), place) })
    : say(problem === null ? 'updates.notChecked' : `updates.${problem}`);
  return (
    <Line text={text}>
      <Button onClick={checkForUpdate}>{say('updates.checkNow')}</Button>
    </Line>
  );
}

function Downloading({ version, percent }: { readonly version: string; readonly percent: number }) {
  const { say } = useWords();
  const text = say('updates.downloading', { version });
  return (
    <div className="grid gap-2">
      <Line text={text} />
      <progress
        aria-label={text}
        max={100}
        value={percent}
        className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-hover [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent"
      />
    </div>
  );
}

function Manual({ updates }: { readonly updates: UpdateView & { readonly phase: 'manual' } }) {
  const { say } = useWords();
  const { command, folder, version } = updates;
  return (
    <div className="grid gap-3">
      <p role="alert" className="text-soft">
        {say('updates.manual', { version })}
      </p>
      <code dir="ltr" className="rounded-lg bg-sunken px-3 py-2 text-sm break-all select-text">
        {command}
      </code>
      <p className="text-sm break-words text-faint select-text">{say('updates.folder', { folder })}</p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => copyText(command)}>{say('common.copy')}</Button>
        <Button onClick={installUpdate}>{say('updates.tryAgain')}</Button>
      </div>
    </div>
  );
}

function Progress({ updates, waitingCount }: UpdateProps) {
  const { say } = useWords();
  switch (updates.phase) {
    case 'off':
      return null;
    case 'idle':
      return <Idle updates={updates} />;
    case 'checking':
      return <Line text={say('updates.checking')} />;
    case 'downloading':
      return <Downloading version={updates.version} percent={updates.percent} />;
    case 'ready': {
      const { version } = updates;
      const text =
        waitingCount > 0
          ? say('updates.readyUnsent', { version, count: waitingCount })
          : say('updates.ready', { version });
      return (
        <Line text={text}>
          <Button look="primary" onClick={installUpdate}>
            {say('updates.restart')}
          </Button>
        </Line>
      );
    }
    case 'installing':
      return <Line text={say('updates.installing', { version: updates.version })} />;
    case 'manual':
      return <Manual updates={updates} />;
  }
}

/** The version that runs, and the next one. */
export function UpdateSettings({ version, ...props }: UpdateProps & { readonly version: string }) {
  return (
    <>
      <p>
        {PRODUCT_NAME} {version}
      </p>
      <Progress {...props} />
    </>
  );
}
