/** One message: from the trainer or from the trainee. */
type DemoLine = readonly ['trainer' | 'trainee', string];

/** Lines that were said in one go, beginning this many hours before seeding; at least two. */
export interface DemoExchange {
  readonly hoursAgo: number;
  readonly lines: readonly DemoLine[];
}

/** The thread of one trainee. */
export interface DemoTalk {
  readonly login: string;
  readonly exchanges: readonly DemoExchange[];
  /** The trainee's last messages that the trainer has not read. */
  readonly unreadForTrainer: number;
  /** The trainer's last messages that the trainee has not read. */
  readonly unreadForTrainee: number;
}
