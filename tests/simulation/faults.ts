/** Faults put into the real modules, one at a time, to see that the simulation catches them. */

export interface Patch {
  /** Relative to the project. */
  readonly file: string;
  /** Text that occurs once. */
  readonly find: string;
  readonly replace: string;
}

export interface Fault {
  readonly name: string;
  /** What it breaks; one of these has to be what the simulation sees. */
  readonly invariants: readonly string[];
  readonly patches: readonly Patch[];
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'no deduplication',
    invariants: ['I2'],
    patches: [
      {
        file: 'backend/messaging/sending.ts',
        find: '  if (!stored) return null;',
        replace: '  if (stored) return null;\n  if (!stored) return null;',
      },
      {
        file: 'backend/storage/migrations/010-first-schema.ts',
        find: ".addUniqueConstraint('messages_once_per_sender', ['sender_id', 'client_message_id'])",
        replace: '',
      },
      {
        // A message is known by its sender's id for it, of which there are two now.
        file: 'backend/messaging/feed-repository.ts',
        find: ".on('messages.client_message_id', '=', message.clientMessageId),",
        replace: `.on('messages.client_message_id', '=', message.clientMessageId)
            .on('messages.id', '=', eb.selectFrom('messages').select((of) => of.fn.max('id').as('newest'))),`,
      },
    ],
  },
  {
    name: 'new id on retry',
    invariants: ['I1', 'I2'],
    patches: [
      {
        file: 'electron/outbox/sender.ts',
        find: "        setState(row, 'notSent', outcome.error);",
        replace: `
        outbox.remove(row.clientMessageId);
        outbox.append({ ...row, clientMessageId: 'f' + row.clientMessageId.slice(1) });`,
      },
    ],
  },
  {
    name: 'no gap check',
    invariants: ['I4', 'I7'],
    patches: [
      {
        file: 'electron/sync/apply.ts',
        find: '      if (event.feedSeq > feedSeq + 1) break;\n',
        replace: '',
      },
      {
        file: 'electron/sync/catch-up.ts',
        find: 'const HELD_MAX = 1_000;',
        replace: 'const HELD_MAX = 1_000;\nconst ANY_GAP = true;',
      },
      {
        file: 'electron/sync/catch-up.ts',
        find: '      hold(epoch, event);',
        replace: `
      if (ANY_GAP && cursor?.epoch === epoch) {
        apply(cursor, [event]);
        return;
      }
      hold(epoch, event);`,
      },
    ],
  },
  {
    name: 'acknowledging the wrong one',
    invariants: ['I1'],
    patches: [
      {
        file: 'electron/outbox/settle.ts',
        find: '  const row = outbox.find(message.clientMessageId);',
        replace: '  const row = outbox.find(message.clientMessageId) && outbox.all().at(-1);',
      },
      {
        file: 'electron/outbox/settle.ts',
        find: 'outbox.removeSettled(message.clientMessageId)',
        replace: 'outbox.removeSettled(row.clientMessageId)',
      },
    ],
  },
  {
    name: 'parallel sends',
    invariants: ['I3'],
    patches: [
      {
        file: 'electron/outbox/sender.ts',
        find: '      if (inFlight.has(peerId)) continue;\n',
        replace: '',
      },
      {
        file: 'electron/outbox/sender.ts',
        find: '      const row = outbox.head(peerId);',
        replace: `
      for (const next of outbox.ofPeer(peerId).slice(1)) if (!inFlight.has(peerId)) void attempt(next);
      const row = outbox.head(peerId);`,
      },
    ],
  },
  {
    name: 'cursor committed before data',
    invariants: ['I4', 'I7'],
    patches: [
      {
        file: 'electron/sync/apply.ts',
        find: '  parts.cache.transaction(() => {',
        replace: `
  const last = events.at(-1);
  if (last && last.feedSeq > cursor.feedSeq) parts.cache.cursor.set({ ...cursor, feedSeq: last.feedSeq });
  parts.cache.transaction(() => {`,
      },
    ],
  },
  {
    name: 'read mark raised by own messages',
    invariants: ['I6'],
    patches: [
      {
        file: 'electron/sync/apply.ts',
        find: '      if (storeMessage(cache, message)) {',
        replace: `
      if (message.senderId === selfId) cache.conversations.raiseRead(message.conversationId, message.seq);
      if (storeMessage(cache, message)) {`,
      },
    ],
  },
  {
    name: 'notified again',
    invariants: ['I8'],
    patches: [
      {
        file: 'electron/sync/apply.ts',
        find: 'cache.notified.mark(message)',
        replace: '(cache.notified.mark(message), true)',
      },
    ],
  },
  {
    name: 'kept after the relation ended',
    invariants: ['I7'],
    patches: [
      {
        file: 'electron/sync/apply.ts',
        find: '      cache.messages.removeConversation(conversationId);\n',
        replace: '',
      },
    ],
  },
];
