/** How often each bad network is met; `npm run torture` sets it by the environment. */
import { z } from '../../../shared/schema.ts';

const count = (usual: number) => z.coerce.number().int().positive().default(usual);

const { TORTURE_SEED, TORTURE_NETWORK } = z
  .object({ TORTURE_SEED: count(20_260), TORTURE_NETWORK: count(1) })
  .parse(process.env);

/** The seeds of this run: each scenario is played once with each of them. */
export const seeds: readonly number[] = Array.from(
  { length: TORTURE_NETWORK },
  (_, index) => TORTURE_SEED + index,
);
