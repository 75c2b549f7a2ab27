/** Times and rates of asynchronous work. */

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Milliseconds of each of `count` calls, one after the other. */
export async function timeEach(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) samples.push(await timed(() => work(index)));
  return samples;
}

/** How often `work` ends in a second when `lanes` of it run side by side for about `seconds`. */
export async function perSecond(
  lanes: number,
  seconds: number,
  work: (lane: number) => Promise<unknown>,
): Promise<number> {
  const from = performance.now();
  const until = from + seconds * 1_000;
  let count = 0;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      while (performance.now() < until) {
        await work(lane);
        count += 1;
      }
    }),
  );
  return (count * 1_000) / (performance.now() - from);
}

/** Ways to do something, measured in turn, so that all meet the same weather; their samples by place. */
export async function timeInTurn(
  ways: readonly (() => Promise<unknown>)[],
  {
    warmUp,
    rounds,
    perRound,
  }: { readonly warmUp: number; readonly rounds: number; readonly perRound: number },
): Promise<readonly (readonly number[])[]> {
  const contests = ways.map((work) => ({ work, samples: [] as number[] }));
  for (const { work } of contests) await timeEach(warmUp, work);
  for (let round = 0; round < rounds; round += 1) {
    for (const { work, samples } of round % 2 === 0 ? contests : contests.toReversed()) {
      samples.push(...(await timeEach(perRound, work)));
    }
  }
  return contests.map(({ samples }) => samples);
}
