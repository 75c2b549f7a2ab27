import { copyText, discardMessage, retryMessage } from '../data/commands.ts';
import { fullTime, timeLabel } from '../time/labels.ts';
import type { Now } from '../time/use-now.ts';
import { errorText } from '../error-text.ts';
import { DELIVERY_WORDS, DeliveryMark } from '../ui/delivery-mark.tsx';
import { useWords } from '../words.ts';
import { MessageText } from './message-text.tsx';
import type { ThreadMessage } from './thread.ts';

interface MessageTimeProps {
  readonly atMs: number;
  readonly now: Now;
  readonly isShown: boolean;
}

function MessageTime({ atMs, now: { nowMs, place }, isShown }: MessageTimeProps) {
  return (
    <time
      dateTime={new Date(atMs).toISOString()}
      title={fullTime(atMs, place)}
      className={isShown ? 'tabular-nums' : 'sr-only'}
    >
      {timeLabel(nowMs, atMs, place)}
    </time>
  );
}

const ACTION = 'rounded px-1 py-0.5 font-medium text-danger underline-offset-2 hover:underline';

function UnsentActions({ message }: { readonly message: ThreadMessage }) {
  const { say } = useWords();
  const { clientMessageId, content } = message;
  return (
    <>
      <button type="button" className={ACTION} onClick={() => retryMessage(clientMessageId)}>
        {say('delivery.tapToRetry')}
      </button>
      {message.delivery === 'refused' ? (
        <>
          <button type="button" className={ACTION} onClick={() => copyText(content)}>
            {say('common.copy')}
          </button>
          <button type="button" className={ACTION} onClick={() => discardMessage(clientMessageId)}>
            {say('common.discard')}
          </button>
        </>
      ) : null}
    </>
  );
}

interface MessageRowProps {
  readonly message: ThreadMessage;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
  readonly now: Now;
}

function shapeFor({ message, startsGroup, endsGroup }: MessageRowProps): string {
  const colours = message.isMine ? 'bg-accent text-on-accent' : 'bg-bubble text-ink';
  const top = startsGroup ? '' : message.isMine ? 'rounded-tr-md' : 'rounded-tl-md';
  const bottom = endsGroup ? '' : message.isMine ? 'rounded-br-md' : 'rounded-bl-md';
  return `rounded-2xl ${colours} ${top} ${bottom}`;
}

/** One message: its bubble, and below the last of a group its time and delivery. */
export function MessageRow(props: MessageRowProps) {
  const { say } = useWords();
  const { message, endsGroup, now } = props;
  const { delivery, isMine, reason } = message;
  const isUnsent = delivery === 'notSent' || delivery === 'refused';
  const hasFooter = endsGroup || isUnsent;
  return (
    <div
      role="listitem"
      data-inbound-seq={isMine ? undefined : (message.seq ?? undefined)}
      className={`flex flex-col ${isMine ? 'items-end' : 'items-start'} ${endsGroup ? 'pb-3' : isUnsent ? 'pb-2' : 'pb-0.5'}`}
    >
      <div
        dir="auto"
        // Below the last of a group the time stands for all of them; each tells its own to whoever points at it.
        title={hasFooter ? undefined : fullTime(message.atMs, now.place)}
        className={`people-text bubble-width px-3 py-2 text-md text-selectable ${shapeFor(props)}`}
      >
        <MessageText content={message.content} />
      </div>
      <div
        className={
          hasFooter
            ? 'flex footer-width flex-wrap items-center justify-end gap-x-1 px-1 pt-1 text-xs text-faint'
            : 'sr-only'
        }
      >
        {isUnsent ? null : <MessageTime atMs={message.atMs} now={now} isShown={hasFooter} />}
        {delivery === null ? null : (
          <>
            {hasFooter ? <DeliveryMark delivery={delivery} /> : null}
            <span className={isUnsent ? 'text-danger' : 'sr-only'}>{say(DELIVERY_WORDS[delivery])}</span>
          </>
        )}
        {isUnsent ? <UnsentActions message={message} /> : null}
        {delivery === 'refused' && reason !== null ? (
          <p className="basis-full text-end text-danger">{errorText(reason, say)}</p>
        ) : null}
      </div>
    </div>
  );
}
