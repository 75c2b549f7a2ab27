import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { Inbox, MessageSquare } from 'lucide-react';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import type { ConversationView, SessionView } from '../../shared/views.ts';
import type { Role } from '../../shared/wire/entities.ts';
import { retryConnection } from '../data/commands.ts';
import { useAppView, useConversations } from '../data/queries.ts';
import { useNow } from '../time/use-now.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { COMPOSER, focusFirst } from '../keyboard/focus.ts';
import { useUi, type ThreadFocus } from '../ui-state.ts';
import { useWords } from '../words.ts';
import { ConversationRow, ROW_HEIGHT } from './conversation-row.tsx';
import { FilterTabs } from './filter-tabs.tsx';
import { isShown } from './filters.ts';
import { SessionHint } from './session-hint.tsx';
import { useFrozenOrder } from './use-frozen-order.ts';

/** Nothing is known of this inbox, and nobody can be asked. */
const UNREACHABLE: ClientError = { code: 'unreachable' };

/** Longer lists draw only the rows in view. */
const DRAW_ALL_UP_TO = 50;

function ShimmerRows() {
  const { say } = useWords();
  return (
    <div aria-busy className="grid animate-late" role="status" aria-label={say('inbox.loading')}>
      {[56, 40, 64, 48, 60].map((width, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- five placeholders that never move
        <div key={index} className="flex h-18 animate-shimmer items-center gap-3 px-4">
          <span className="size-10 rounded-full bg-hover" />
          <svg aria-hidden className="h-9 w-0 grow fill-hover">
            <rect width={`${width - 16}%`} height="12" rx="4" />
            <rect y="22" width={`${width + 24}%`} height="12" rx="4" />
          </svg>
        </div>
      ))}
    </div>
  );
}

function NoConversations({ role }: { readonly role: Role }) {
  const { say } = useWords();
  const icon = <MessageSquare className="size-6" />;
  if (role === 'trainee') {
    return <EmptyState icon={icon} title={say('inbox.traineeEmpty')} text={say('inbox.traineeEmptyText')} />;
  }
  return (
    <EmptyState icon={icon} title={say('inbox.empty')} text={say('inbox.emptyText')}>
      <Button look="primary" onClick={() => useUi.getState().showPanel('trainees')}>
        {say('inbox.goToTrainees')}
      </Button>
    </EmptyState>
  );
}

/** Where a key moves the focus in a list of `count` rows; null for keys that move nothing. Pure. */
export function movedIndex(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(index + 1, count - 1);
    case 'ArrowUp':
      return Math.max(index - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** How far a key moves and opens at once, to look through one conversation after the other; null for others. Pure. */
export function openingStep(key: string): 1 | -1 | null {
  if (key === 'j' || key === 'J') return 1;
  return key === 'k' || key === 'K' ? -1 : null;
}

interface RowsProps {
  readonly rows: readonly ConversationView[];
  readonly label: string;
}

function Rows({ rows: given, label }: RowsProps) {
  const { rows, hold, release } = useFrozenOrder(given);
  const openPeerId = useUi((state) => state.openPeerId);
  const typing = useUi((state) => state.typing);
  const now = useNow();
  const [activePeerId, setActivePeerId] = useState<number | null>(null);
  const [followedPeerId, setFollowedPeerId] = useState(openPeerId);
  if (followedPeerId !== openPeerId) {
    // However a thread was opened, the way back from it leads to its row.
    setFollowedPeerId(openPeerId);
    if (openPeerId !== null) setActivePeerId(openPeerId);
  }
  const scroller = useRef<HTMLDivElement>(null);
  const isVirtual = rows.length > DRAW_ALL_UP_TO;
  // One option is in the tab order: the active one, else the open one, else the first.
  const wanted = rows.findIndex((row) => row.peerId === (activePeerId ?? openPeerId));
  const activeIndex = Math.max(wanted, 0);
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: isVirtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.peerId ?? index,
    overscan: 10,
    // The current row stays drawn wherever the list is scrolled to: it may have the focus, which would be lost with it.
    rangeExtractor: (range) =>
      [...new Set([activeIndex, ...defaultRangeExtractor(range)])].toSorted((a, b) => a - b),
  });

  const focusRow = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    setActivePeerId(row.peerId);
    if (isVirtual) virtualizer.scrollToIndex(index);
    const option = (): HTMLElement | null =>
      scroller.current?.querySelector<HTMLElement>(`[data-peer="${row.peerId}"]`) ?? null;
    // A row far away is drawn only after the scroll.
    const drawn = option();
    if (drawn !== null) drawn.focus();
    else requestAnimationFrame(() => option()?.focus());
  };

  const open = (row: ConversationView, focus: ThreadFocus): void => {
    useUi.getState().openThread(row.peerId, focus);
    // The composer takes the keyboard when it appears; one that is there already has to be given it.
    if (focus === 'composer' && row.peerId === openPeerId) focusFirst([COMPOSER]);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = openingStep(event.key);
    const next = movedIndex(event.key, activeIndex, rows.length);
    if (next === null && step === null && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    hold();
    if (next !== null) return focusRow(next);
    const index = Math.min(Math.max(activeIndex + (step ?? 0), 0), rows.length - 1);
    const row = rows[index];
    if (row === undefined) return;
    if (step !== null) focusRow(index);
    open(row, step === null ? 'composer' : 'list');
  };

  const drawn = isVirtual
    ? virtualizer.getVirtualItems().map((item) => ({ index: item.index, start: item.start }))
    : rows.map((_row, index) => ({ index, start: index * ROW_HEIGHT }));

  const isCurrentDrawn = drawn.some(({ index }) => index === activeIndex);

  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={label}
      // While its current row is not drawn, the list itself is the way in.
      tabIndex={isCurrentDrawn ? -1 : 0}
      onFocus={(event) => {
        hold();
        if (event.target === event.currentTarget) focusRow(activeIndex);
      }}
      onPointerMove={hold}
      onPointerDown={hold}
      onPointerLeave={release}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) release();
      }}
      className="relative min-h-0 grow overflow-x-hidden overflow-y-auto outline-none"
    >
      <div role="presentation" className="relative" style={{ height: rows.length * ROW_HEIGHT }}>
        {drawn.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const isTyping = typing[row.peerId] === true;
          return (
            // Keys are handled by the listbox around it.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={row.peerId}
              role="option"
              data-peer={row.peerId}
              aria-selected={row.peerId === openPeerId}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              tabIndex={index === activeIndex ? 0 : -1}
              onFocus={() => setActivePeerId(row.peerId)}
              onClick={() => open(row, 'composer')}
              style={{ transform: `translateY(${start}px)` }}
              className="absolute inset-x-2 top-0 flex h-18 items-center gap-3 rounded-xl px-2 -outline-offset-2 hover:bg-hover aria-selected:bg-selected"
            >
              <ConversationRow row={row} isTyping={isTyping} now={now} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The left panel: filters and the list of conversations. */
export function ConversationList({ session }: { readonly session: SessionView }) {
  const { say } = useWords();
  const { role } = session.user;
  const conversations = useConversations();
  const connection = useAppView()?.connection;
  const filter = useUi((state) => state.filter);
  const all = conversations.data;
  const shown = useMemo(() => all?.filter((row) => isShown(row, filter)) ?? [], [all, filter]);

  let content = <Rows rows={shown} label={say('inbox.list')} />;
  if (conversations.isError) {
    content = <ErrorState error={conversations.error.detail} onRetry={() => void conversations.refetch()} />;
  } else if (all === undefined || (all.length === 0 && !connection?.isFilled)) {
    content =
      connection?.phase === 'offline' ? (
        <ErrorState error={UNREACHABLE} onRetry={retryConnection} />
      ) : (
        <ShimmerRows />
      );
  } else if (all.length === 0) {
    content = <NoConversations role={role} />;
  } else if (shown.length === 0 && filter !== 'all') {
    content = (
      <EmptyState
        icon={<Inbox className="size-6" />}
        title={say(filter === 'unread' ? 'inbox.nothingUnread' : 'inbox.nobodyWaiting')}
        text={say('inbox.filterEmptyText')}
      />
    );
  }
  return (
    <section aria-label={say('inbox.panel')} className="flex h-full min-h-0 flex-col bg-sunken">
      <header className="grid shrink-0 gap-3 px-4 pt-4 pb-3">
        <h1 className="text-lg font-semibold">{say('inbox.title')}</h1>
        {role === 'trainer' && all?.length !== 0 ? <FilterTabs rows={all ?? []} /> : null}
      </header>
      <div id="conversation-panel" className="flex min-h-0 grow flex-col">
        {content}
      </div>
      {session.isRemembered || session.isDemo ? null : <SessionHint />}
    </section>
  );
}
