/** How often each bad network and each failure of a part is met; `npm run torture` sets it by the environment. */
import { z } from '../../../shared/schema.ts';

const count = (usual: number) => z.coerce.number().int().positive().default(usual);

const { TORTURE_SEED, TORTURE_NETWORK, TORTURE_NODES } = z
  .object({ TORTURE_SEED: count(20_260), TORTURE_NETWORK: count(1), TORTURE_NODES: count(1) })
  .parse(process.env);

const seedsOf = (rounds: number): readonly number[] =>
  Array.from({ length: rounds }, (_, index) => TORTURE_SEED + index);

/** The seeds of this run: each bad network is met once with each of them. */
export const networkSeeds = seedsOf(TORTURE_NETWORK);
/** The same for each failure of a part of the service. */
export const nodeSeeds = seedsOf(TORTURE_NODES);
