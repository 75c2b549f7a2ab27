import { ArrowLeft, CircleUserRound, MessageSquare } from 'lucide-react';
import { Fragment, useEffect } from 'react';
import type { Role } from '../../shared/wire/entities.ts';
import { setFocusedThread } from '../data/commands.ts';
import {
  useAppView,
  useConversation,
  useConversations,
  useIsReadOnly,
  useTrainees,
} from '../data/queries.ts';
import { Keys } from '../keyboard/keys.tsx';
import { HINTED_SHORTCUTS } from '../keyboard/shortcuts.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { useCopiedMessages } from './copied-messages.ts';
import { SkeletonBubbles } from './skeleton-bubbles.tsx';
import { Timeline } from './timeline.tsx';
import { TypingLine } from './typing-line.tsx';
import { useNewLine } from './use-new-line.ts';
import { useThread } from './use-thread.ts';

/** Tells the main process which thread is really being looked at. */
function useFocusedThread(peerId: number): void {
  useEffect(() => {
    const tell = (): void => {
      const isWatched = document.visibilityState === 'visible' && document.hasFocus();
      setFocusedThread(isWatched ? peerId : null);
    };
    tell();
    window.addEventListener('focus', tell);
    window.addEventListener('blur', tell);
    document.addEventListener('visibilitychange', tell);
    return () => {
      window.removeEventListener('focus', tell);
      window.removeEventListener('blur', tell);
      document.removeEventListener('visibilitychange', tell);
      setFocusedThread(null);
    };
  }, [peerId]);
}

interface ThreadProps {
  readonly peerId: number;
  readonly peerName: string;
}

function ThreadBody({ peerId, peerName }: ThreadProps) {
  const { say } = useWords();
  const thread = useThread(peerId);
  const { newAfterSeq, isReady, remove } = useNewLine(thread);
  useFocusedThread(peerId);
  useCopiedMessages({ mine: useAppView()?.session?.user.name ?? '', theirs: peerName });
  const { messages, problem, retry } = thread;

  if (messages === undefined || !isReady) {
    if (messages === undefined && problem !== null) {
      return <ErrorState error={problem} onRetry={retry} />;
    }
    return <SkeletonBubbles />;
  }
  let content = (
    <Timeline
      peerId={peerId}
      peerName={peerName}
      thread={thread}
      messages={messages}
      newAfterSeq={newAfterSeq}
      onOwnMessage={remove}
    />
  );
  if (messages.length === 0) {
    content = (
      <div
        role="log"
        aria-live="off"
        aria-label={say('chat.log', { name: peerName })}
        className="grid min-h-0 grow overflow-y-auto"
      >
        {problem === null ? (
          <EmptyState
            icon={<MessageSquare className="size-6" />}
            title={say('chat.empty', { name: peerName })}
            text={say('chat.emptyText')}
          />
        ) : (
          <ErrorState error={problem} onRetry={retry} />
        )}
      </div>
    );
  }
  return (
    <>
      <Announcer peerName={peerName} messages={thread.known} lastSeq={thread.lastSeq} />
      {content}
    </>
  );
}

/** For a link to a person who is not among ours, or no longer. */
function UnknownThread() {
  const { say } = useWords();
  return (
    <EmptyState
      icon={<MessageSquare className="size-6" />}
      title={say('chat.unknown')}
      text={say('chat.unknownText')}
    />
  );
}

interface ChatProps {
  readonly peerId: number;
  readonly role: Role;
}

/** The right panel: one person's thread. */
export function Chat({ peerId, role }: ChatProps) {
  const { say } = useWords();
  const threadFocus = useUi((state) => state.threadFocus);
  const isReadOnly = useIsReadOnly();
  const conversations = useConversations();
  const conversation = useConversation(peerId);
  const trainees = useTrainees(role === 'trainer');
  const trainee = trainees.data?.find((one) => one.id === peerId);
  const peerName = conversation?.peerName ?? trainee?.name ?? '';
  const isRemoved = conversation?.isArchived === true;
  const isLoaded = conversations.data !== undefined && peerName !== '';
  const isUnknown = conversations.isFetched && (trainees.isFetched || role !== 'trainer') && !isLoaded;

  return (
    <main className="flex h-full min-h-0 min-w-0 flex-col bg-canvas">
      <header className="flex h-16 shrink-0 items-center gap-3 border-b border-line px-4">
        <IconButton
          label={say('common.back')}
          className="-ml-2 wide:hidden"
          onClick={() => useUi.getState().closeThread()}
        >
          <ArrowLeft aria-hidden className="size-5" />
        </IconButton>
        {isLoaded ? <Avatar id={peerId} name={peerName} /> : null}
        <div className="grid min-w-0 grow">
          <h2 dir="auto" className="truncate text-md font-semibold">
            {peerName}
          </h2>
          {isRemoved ? <p className="text-sm text-danger">{say('common.traineeRemoved')}</p> : null}
        </div>
        {trainee === undefined ? null : (
          <IconButton label={say('common.viewProfile')} onClick={() => useUi.getState().openTrainee(peerId)}>
            <CircleUserRound aria-hidden className="size-5" />
          </IconButton>
        )}
      </header>
      {isRemoved ? (
        <p
          role="status"
          aria-label={say('chat.removed')}
          className="bg-notice-soft px-4 py-2 text-notice-ink"
        >
          {say('chat.removed')}
        </p>
      ) : null}
      {isUnknown ? <UnknownThread /> : null}
      {isLoaded || isUnknown ? null : <SkeletonBubbles />}
      {isLoaded ? (
        <Fragment key={peerId}>
          <ThreadBody peerId={peerId} peerName={peerName} />
          <TypingLine peerId={peerId} name={role === 'trainee' ? say('chat.trainer') : peerName} />
          <Composer
            peerId={peerId}
            peerName={peerName}
            isDisabled={isRemoved || isReadOnly}
            isQuiet={threadFocus === 'list'}
          />
        </Fragment>
      ) : null}
    </main>
  );
}

/** The right panel while no thread is open. */
export function NoThread() {
  const { say } = useWords();
  // Where there is nothing to choose from, the list beside it says what to do.
  if (useConversations().data?.length === 0) return <main className="h-full bg-canvas" />;
  return (
    <main className="h-full bg-canvas">
      <EmptyState icon={<MessageSquare className="size-6" />} title={say('chat.noneOpen')}>
        <dl className="grid gap-2">
          {HINTED_SHORTCUTS.map(({ keys, does }) => (
            <div key={does} className="flex items-center justify-between gap-8">
              <dt className="text-faint">{say(does)}</dt>
              <dd className="flex gap-2">
                <Keys keys={keys} />
              </dd>
            </div>
          ))}
        </dl>
      </EmptyState>
    </main>
  );
}
