import type { Message } from '../../shared/wire/entities.ts';

/** What a commit changed, collected while it was made; turned into changes for the window afterwards. */
export interface Edits {
  readonly messages: Message[];
  /** Messages to notify the person of, now marked as such. */
  readonly toNotify: Message[];
  /** People whose row in the conversation list has to be derived again. */
  readonly peers: Set<number>;
  /** People whose whole thread has to be read again. */
  readonly threads: Set<number>;
  readonly removedFromOutbox: { readonly peerId: number; readonly clientMessageId: string }[];
  /** Ids of outbox rows that are new or changed. */
  readonly changedInOutbox: Set<string>;
  /** The list of trainees, or when one of them was last in contact. */
  trainees: boolean;
  /** The whole cache was replaced. */
  reset: boolean;
  /** Conversations came whose unread messages are not cached. */
  missesHistory: boolean;
}

/** An empty collection of edits. */
export function noEdits(): Edits {
  return {
    messages: [],
    toNotify: [],
    peers: new Set(),
    threads: new Set(),
    removedFromOutbox: [],
    changedInOutbox: new Set(),
    trainees: false,
    reset: false,
    missesHistory: false,
  };
}
