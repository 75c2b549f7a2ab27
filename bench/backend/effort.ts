/** How much a run of the benchmark takes on itself. */
import { LARGE, type WorldSize } from './world.ts';

/** Numbers of samples, and the size of the world. */
export interface Effort {
  readonly large: WorldSize;
  /**
   * Calls before the first that counts. What is measured is a service that has been up for days: until Node has
   * compiled what a send goes through, which takes some hundred of them, each costs up to twice as much.
   */
  readonly warmUp: number;
  readonly rounds: number;
  readonly perRound: number;
  readonly throughputRounds: number;
  readonly roundSeconds: number;
  /** Reads of each kind. */
  readonly reads: number;
  readonly deliveries: number;
  readonly sockets: number;
}

/** Somewhat more than a minute for each kind of database. */
export const FULL: Effort = {
  large: LARGE,
  warmUp: 1_000,
  rounds: 12,
  perRound: 25,
  throughputRounds: 5,
  roundSeconds: 1.5,
  reads: 150,
  deliveries: 300,
  sockets: 2_000,
};

/** About half a minute, with a tenth of the messages. */
export const QUICK: Effort = {
  large: { ...LARGE, messagesPerConversation: () => 44 },
  warmUp: 300,
  rounds: 6,
  perRound: 15,
  throughputRounds: 3,
  roundSeconds: 0.7,
  reads: 40,
  deliveries: 100,
  sockets: 500,
};
