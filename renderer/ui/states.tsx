import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import { errorText } from '../error-text.ts';
import { useWords } from '../words.ts';
import { Button } from './button.tsx';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
}

/** What a place says while there is nothing in it. */
export function EmptyState({ icon, title, text, children }: EmptyStateProps) {
  return (
    <div className="grid h-full place-content-center justify-items-center gap-1 p-8 text-center">
      <span aria-hidden className="mb-3 grid size-12 place-items-center rounded-full bg-hover text-faint">
        {icon}
      </span>
      <p className="text-md font-semibold text-ink">{title}</p>
      {text === undefined ? null : <p className="max-w-64 text-balance text-faint">{text}</p>}
      {children === undefined ? null : <div className="mt-4">{children}</div>}
    </div>
  );
}

interface ErrorStateProps {
  readonly error: ClientError;
  readonly onRetry: () => void;
}

/** What a place says when its content could not be read. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { say } = useWords();
  return (
    <div role="alert" className="grid h-full place-content-center justify-items-center gap-4 p-8 text-center">
      <span aria-hidden className="grid size-12 place-items-center rounded-full bg-danger-soft text-danger">
        <CircleAlert className="size-6" />
      </span>
      <p className="max-w-72 text-balance text-soft">{errorText(error, say)}</p>
      <Button onClick={onRetry}>{say('common.retry')}</Button>
    </div>
  );
}
