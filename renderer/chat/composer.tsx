import { SendHorizontal } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { sendDraft } from '../data/commands.ts';
import type { ClientError } from '../../shared/errors.ts';
import { MESSAGE_MAX_CODE_POINTS } from '../../shared/limits.ts';
import { CONTENT_ERROR_CODES } from '../../shared/text.ts';
import { useAppView } from '../data/queries.ts';
import { errorText } from '../error-text.ts';
import { commandKey } from '../ui/command-key.ts';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';
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
  /** The keyboard is elsewhere on purpose when it appears. */
  readonly isQuiet?: boolean;
}

/** Where a message is written. The text belongs to the person, not to the place: it survives switching. */
export function Composer({ peerId, peerName, onSent, isDisabled = false, isQuiet = false }: ComposerProps) {
  const text = useUi((state) => state.drafts[peerId] ?? '');
  const [refusal, setRefusal] = useState<ClientError | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const reasonId = useId();
  const typing = useTypingSignal(peerId);
  const draft = checkDraft(text);
  const enterSends = useAppView()?.desktop.settings.enterSends !== false;

  useEffect(() => {
    if (!isQuiet) field.current?.focus();
  }, [isQuiet, peerId]);

  const change = (next: string): void => {
    useUi.getState().setDraft(peerId, next);
    setRefusal(null);
    if (next.trim() === '') typing.stopped();
    else typing.typed();
  };

  const send = async (): Promise<void> => {
    if (!draft.canSend) return;
    typing.stopped();
    const outcome = await sendDraft(peerId);
    if (outcome.kind === 'ignored') return;
    setRefusal(outcome.kind === 'refused' ? outcome.error : null);
    if (outcome.kind === 'queued') onSent?.();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    if (!enterSends && !event.ctrlKey && !event.metaKey) return;
    // The key confirms a candidate of an input method: it is not ours.
    if (event.nativeEvent.isComposing || event.keyCode === INPUT_METHOD_KEY_CODE) return;
    event.preventDefault();
    if (!event.repeat) void send();
  };

  const { say } = useWords();
  const sendKeys = enterSends ? say('keys.enter') : `${commandKey(say)} ${say('keys.enter')}`;
  const { shownLength } = draft;
  const counter =
    shownLength === null
      ? null
      : say('composer.counter', { used: shownLength, limit: MESSAGE_MAX_CODE_POINTS });
  const reason = draft.problem === null ? null : say(`errors.${CONTENT_ERROR_CODES[draft.problem]}`);
  const hasReason = reason !== null || refusal !== null;
  return (
    <div className="shrink-0 px-4 pb-4">
      {refusal === null ? null : (
        <p role="alert" className="mb-2 rounded-lg bg-danger-soft px-3 py-2 text-danger">
          {errorText(refusal, say)}
        </p>
      )}
      <div
        className={`flex items-end gap-2 rounded-2xl border p-1.5 focus-within:border-accent-ink ${isDisabled ? 'border-line bg-sunken' : 'border-field-line bg-raised'}`}
      >
        <textarea
          ref={field}
          data-composer
          dir="auto"
          rows={1}
          disabled={isDisabled}
          value={text}
          aria-label={say('common.writeTo', { name: peerName })}
          aria-invalid={draft.isTooLong}
          aria-describedby={hasReason ? reasonId : undefined}
          placeholder={say(isDisabled ? 'composer.readOnly' : 'composer.placeholder')}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={typing.stopped}
          className="people-text field-sizing-content max-h-43 min-h-8 grow resize-none overflow-y-auto px-2 py-1.5 text-md outline-none text-selectable"
        />
        <button
          type="button"
          aria-label={say('composer.send')}
          title={say('composer.sendHint', { keys: sendKeys })}
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
      {counter === null && reason === null ? null : (
        <div className={`flex gap-3 px-2 pt-1 text-sm ${reason === null ? 'text-faint' : 'text-danger'}`}>
          <span id={reasonId} aria-live="polite" className="grow">
            {reason}
          </span>
          {counter === null ? null : (
            // Read out on request: at each key it would drown what is written.
            <span role="status" aria-live="off" aria-label={counter} className="shrink-0 tabular-nums">
              {counter}
            </span>
          )}
        </div>
      )}
    </div>
  );
}
