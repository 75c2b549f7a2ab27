/** The way between the trainer's app and the server in these tests: a link, then a proxy, then the backend. */
import { startFaultProxy, type FaultProxy } from '../../harness/fault-proxy.ts';
import { openLink, type Link } from '../../harness/link.ts';
import type { SeededRandom } from '../../harness/seeded-random.ts';

/** What a scenario can make worse. */
export interface Network {
  /** What the app takes for the server. */
  readonly url: string;
  readonly link: Link;
  readonly proxy: FaultProxy;
  readonly random: SeededRandom;
  /** Does `task` again and again, at random distances between these milliseconds, until told to stop. */
  often(minMs: number, maxMs: number, task: () => void): () => void;
  close(): Promise<void>;
}

/** Waits for `ms` milliseconds: for what takes time by its nature, such as the length of an outage. */
export function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Builds the way to the backend at `serverUrl`; nothing is wrong with it yet. */
export async function openNetwork(serverUrl: string, random: SeededRandom): Promise<Network> {
  const proxy = await startFaultProxy(serverUrl);
  const link = await openLink(proxy.url, () => random.next());
  return {
    url: link.url,
    link,
    proxy,
    random,
    often: (minMs, maxMs, task) => {
      let timer: NodeJS.Timeout;
      const plan = (): void => {
        timer = setTimeout(
          () => {
            task();
            plan();
          },
          minMs + random.below(maxMs - minMs),
        );
      };
      plan();
      return () => clearTimeout(timer);
    },
    close: async () => {
      await link.close();
      await proxy.close();
    },
  };
}
