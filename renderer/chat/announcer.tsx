import { useEffect, useRef, useState } from 'react';
import { useWords } from '../words.ts';
import { announcementFor, inboundAfter, type ThreadMessage } from './thread.ts';

interface AnnouncerProps {
  readonly peerName: string;
  /** All that is known of the thread. */
  readonly messages: readonly ThreadMessage[];
  /** Number of the newest message of the thread, loaded or not. */
  readonly lastSeq: number;
}

function newestInbound(messages: readonly ThreadMessage[]): number {
  return messages.reduce(
    (newest, message) => (message.isMine ? newest : Math.max(newest, message.seq ?? 0)),
    0,
  );
}

/** Tells screen readers about messages that arrive in the open thread; says nothing of what was there. */
export function Announcer({ peerName, messages, lastSeq }: AnnouncerProps) {
  const { say } = useWords();
  const announced = useRef(lastSeq);
  const [spoken, setSpoken] = useState({ count: 0, text: '' });

  useEffect(() => {
    const newest = newestInbound(messages);
    if (newest > announced.current) {
      const text = announcementFor(peerName, inboundAfter(messages, announced.current), say);
      if (text !== null) setSpoken(({ count }) => ({ count: count + 1, text }));
    }
    announced.current = Math.max(announced.current, newest);
  }, [messages, peerName, say]);

  return (
    <div aria-live="polite" className="sr-only">
      {/* A new element each time: the same text twice is two announcements. */}
      <p key={spoken.count}>{spoken.text}</p>
    </div>
  );
}
