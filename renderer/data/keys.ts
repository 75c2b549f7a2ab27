/** Names of what the query cache holds. */
export const keys = {
  /** {@link AppView} */
  app: ['app'],
  /** {@link ConversationView} rows, in the order of the list */
  conversations: ['conversations'],
  /** Pages of history, newest page first */
  messages: (peerId: number) => ['messages', peerId],
  /** Messages published since the thread's pages were read; kept apart so that a page on its way cannot overwrite them */
  arrivals: (peerId: number) => ['arrivals', peerId],
  /** {@link OutboxView} rows by position */
  outbox: (peerId: number) => ['outbox', peerId],
  /** {@link TraineeView} rows */
  trainees: ['trainees'],
  /** {@link User} rows, for admins */
  trainers: ['trainers'],
  trainee: (traineeId: number) => ['trainees', traineeId],
} as const;
