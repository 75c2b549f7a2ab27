import type { ConversationView } from '../../shared/views.ts';
import type { Say } from '../../shared/words/words.ts';
import { fullTime, timeLabel } from '../time/labels.ts';
import type { Now } from '../time/use-now.ts';
import { Avatar } from '../ui/avatar.tsx';
import { CountBadge } from '../ui/count-badge.tsx';
import { DELIVERY_WORDS, DeliveryMark } from '../ui/delivery-mark.tsx';
import { useWords } from '../words.ts';

/** Height of a row in pixels, the same for all. */
export const ROW_HEIGHT = 72;

/** The row's accessible name: the person first, then what is to know. */
export function conversationName(row: ConversationView, isTyping: boolean, say: Say): string {
  const parts = [row.peerName];
  if (row.unreadCount > 0) parts.push(say('inbox.rowUnread', { count: row.unreadCount }));
  if (row.isArchived) parts.push(say('inbox.rowRemoved'));
  if (isTyping) parts.push(say('inbox.rowTyping'));
  const delivery = row.preview?.delivery ?? null;
  if (delivery === 'notSent' || delivery === 'refused') parts.push(say('inbox.rowNotSent'));
  return parts.join(', ');
}

function PreviewTime({
  preview: { at, delivery },
  now: { nowMs, serverTimeOffsetMs, place },
}: {
  readonly preview: NonNullable<ConversationView['preview']>;
  readonly now: Now;
}) {
  // Until the server has a message, its time is by this computer's clock.
  const isStored = delivery === null || delivery === 'sent' || delivery === 'read';
  const atMs = Date.parse(at) + (isStored ? 0 : serverTimeOffsetMs);
  return (
    <time
      dateTime={new Date(atMs).toISOString()}
      title={fullTime(atMs, place)}
      className="shrink-0 text-sm text-faint tabular-nums"
    >
      {timeLabel(nowMs, atMs, place)}
    </time>
  );
}

function Preview({ row, isTyping }: { readonly row: ConversationView; readonly isTyping: boolean }) {
  const { say } = useWords();
  if (isTyping) return <span className="truncate text-accent-ink">{say('inbox.typing')}</span>;
  if (row.preview === null) return null;
  const { text, fromMe, delivery } = row.preview;
  return (
    <>
      {delivery === null ? null : (
        <span className="grid place-items-center" title={say(DELIVERY_WORDS[delivery])}>
          <DeliveryMark delivery={delivery} />
        </span>
      )}
      <span className="truncate">
        {fromMe ? say('inbox.you') : null}
        <bdi>{text}</bdi>
      </span>
    </>
  );
}

interface ConversationRowProps {
  readonly row: ConversationView;
  readonly isTyping: boolean;
  readonly now: Now;
}

/** What a row of the conversation list shows, and the name and state that it gives to the option around it. */
export function ConversationRow({ row, isTyping, now }: ConversationRowProps) {
  const { say } = useWords();
  const isUnread = row.unreadCount > 0;
  return (
    <>
      {/* The option is named by this text; an aria-label that differs from what is seen fails WCAG 2.5.3. */}
      <span className="sr-only">{conversationName(row, isTyping, say)}</span>
      <Avatar id={row.peerId} name={row.peerName} />
      <span aria-hidden className="grid min-w-0 grow grid-cols-1 gap-1">
        <span className="flex items-baseline gap-2">
          <span className={`min-w-0 grow truncate ${isUnread ? 'font-semibold' : 'font-medium'}`}>
            <bdi>{row.peerName}</bdi>
          </span>
          {row.preview === null ? null : <PreviewTime preview={row.preview} now={now} />}
        </span>
        <span className="flex h-5 items-center gap-1">
          <span className={`flex min-w-0 grow items-center gap-1 ${isUnread ? 'text-ink' : 'text-faint'}`}>
            {row.isArchived ? (
              <span className="truncate text-danger">{say('common.traineeRemoved')}</span>
            ) : (
              <Preview row={row} isTyping={isTyping} />
            )}
          </span>
          <CountBadge count={row.unreadCount} />
        </span>
      </span>
    </>
  );
}
