/** How long and how hard the torture is; `npm run torture` sets it by the environment. */
import { z } from '../../../shared/schema.ts';

const count = (usual: number) => z.coerce.number().int().positive().default(usual);

const {
  TORTURE_SEED,
  TORTURE_KILLS,
  TORTURE_POINTS,
  TORTURE_IMAGES,
  TORTURE_RACES,
  TORTURE_FUZZ,
  TORTURE_GUARDS,
  TORTURE_SENDERS,
} = z
  .object({
    TORTURE_SEED: count(20_260),
    TORTURE_KILLS: count(20),
    TORTURE_POINTS: count(200),
    TORTURE_IMAGES: count(2_000),
    TORTURE_RACES: count(10),
    TORTURE_FUZZ: count(1_500),
    TORTURE_GUARDS: count(2),
    TORTURE_SENDERS: count(2_000),
  })
  .parse(process.env);

const PATIENCE_MS = 60_000;
/** What one kill of the engine and one image take at most on a busy machine. */
const POINT_MS = 5_000;
const IMAGE_MS = 100;

/** The settings of this run. */
export const settings = {
  seed: TORTURE_SEED,
  /** Kills of the real app. */
  kills: TORTURE_KILLS,
  /** Kills of the engine in plain Node, each at another system call. */
  points: TORTURE_POINTS,
  /** Disks as a loss of power leaves them. */
  images: TORTURE_IMAGES,
  /** Rounds in which more messages than allowed are sent at once. */
  races: TORTURE_RACES,
  /** Requests, and as many socket frames, that no client would send. */
  fuzz: TORTURE_FUZZ,
  /** Guards of the backend that are taken away, one at a time. */
  guards: TORTURE_GUARDS,
  /** Messages that many people send at once. */
  senders: TORTURE_SENDERS,
  /** Milliseconds after which a test of this many points or images must be stuck. */
  patienceMs: PATIENCE_MS + Math.max(TORTURE_POINTS * POINT_MS, TORTURE_IMAGES * IMAGE_MS),
} as const;
