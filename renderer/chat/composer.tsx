import { SendHorizontal } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { sendDraft } from '../data/commands.ts';
import { useUi } from '../ui-state.ts';
import { checkDraft } from './composer-limits.ts';
import { useTypingSignal } from './use-typing-signal.ts';

/** Older engines report a key that belongs to an input method by this code only. */
const INPUT_METHOD_KEY_CODE = 229;

interface ComposerProps {
  readonly peerId: number;
  readonly peerName: string;
  /** Called when a message has been accepted, before its bubble is looked at. */
  readonly onSent?: () => void;
  /** Nothing can be sent to this person any more. */
  readonly isDisabled?: boolean;
}

/** Where a message is written. The text belongs to the person, not to the place: it survives switching. */
export function Composer({ peerId, peerName, onSent, isDisabled = false }: ComposerProps) {
  const text = useUi((state) => state.drafts[peerId] ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const reasonId = useId();
  const typing = useTypingSignal(peerId);
  const draft = checkDraft(text);

  useEffect(() => {
    field.current?.focus();
  }, [peerId]);

  const change = (next: string): void => {
    useUi.getState().setDraft(peerId, next);
    setProblem(null);
    if (next.trim() === '') typing.stopped();
    else typing.typed();
  };

  const send = async (): Promise<void> => {
    if (!draft.canSend) return;
    typing.stopped();
    const outcome = await sendDraft(peerId);
    if (outcome.kind === 'ignored') return;
    setProblem(outcome.kind === 'refused' ? outcome.reason : null);
    if (outcome.kind === 'queued') onSent?.();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    // The key confirms a candidate of an input method: it is not ours.
    if (event.nativeEvent.isComposing || event.keyCode === INPUT_METHOD_KEY_CODE) return;
    event.preventDefault();
    if (!event.repeat) void send();
  };

  const reason = problem ?? draft.reason;
  return (
    <div className="shrink-0 px-4 pb-4">
      {problem === null ? null : (
        <p role="alert" className="mb-2 rounded-lg bg-danger-soft px-3 py-2 text-danger">
          {problem}
        </p>
      )}
      <div className="flex items-end gap-2 rounded-2xl border border-line bg-raised p-1.5 focus-within:border-accent-ink">
        <textarea
          ref={field}
          data-composer
          dir="auto"
          rows={1}
          disabled={isDisabled}
          value={text}
          aria-label={`Message ${peerName}`}
          aria-invalid={draft.isTooLong}
          aria-describedby={reason === null ? undefined : reasonId}
          placeholder="Write a message"
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={typing.stopped}
          className="people-text field-sizing-content max-h-43 min-h-8 grow resize-none overflow-y-auto px-2 py-1.5 text-md outline-none text-selectable"
        />
        <button
          type="button"
          aria-label="Send"
          title="Send (Enter)"
          disabled={isDisabled || !draft.canSend}
          onClick={() => {
            void send();
            field.current?.focus();
          }}
          className="grid size-8 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:bg-hover disabled:text-faint"
        >
          <SendHorizontal aria-hidden className="size-4" />
        </button>
      </div>
      {draft.counter === null && draft.reason === null ? null : (
        <div
          className={`flex gap-3 px-2 pt-1 text-sm ${draft.reason === null ? 'text-faint' : 'text-danger'}`}
        >
          <span id={reasonId} className="grow">
            {draft.reason}
          </span>
          {draft.counter === null ? null : (
            <span role="status" aria-label={draft.counter} className="shrink-0 tabular-nums">
              {draft.counter}
            </span>
          )}
        </div>
      )}
    </div>
  );
}
