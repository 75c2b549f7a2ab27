/** Every bad network that the tests know, by a name that completes "converges after …". */
import type { UpgradeFault } from '../../harness/fault-proxy.ts';
import { faults, type Fault, type SeenRequest } from '../../harness/faults.ts';
import type { Direction, LinkQuality } from '../../harness/link.ts';
import type { Network } from './network.ts';

/** Ends a fault; done when nothing of it is left. */
type Heal = () => void | Promise<void>;
/** Begins a fault. */
export type Begin = (network: Network) => Heal;

const ANY = (): boolean => true;
const isPost = ({ method }: SeenRequest): boolean => method === 'POST';

function quality(how: Partial<LinkQuality>): Begin {
  return ({ link }) => {
    link.setQuality(how);
    return () => link.setQuality({});
  };
}

function stalled(...directions: Direction[]): Begin {
  return ({ link }) => {
    link.stall(...directions);
    return () => link.flow();
  };
}

/** Connections that exist are dead for ever, and nobody is told; new ones die until the healing. */
function dead(...directions: Direction[]): Begin {
  return ({ link }) => {
    link.kill(...directions);
    return () => link.flow();
  };
}

const resets: Begin = ({ link, often }) => often(200, 900, () => link.reset());

const forgotten: Begin = ({ link, often }) =>
  often(600, 1_500, () => {
    link.kill('up', 'down');
    link.flow();
  });

const refused: Begin = ({ proxy, link }) => {
  const gone = proxy.refuse();
  link.reset();
  return async () => {
    await gone;
    await proxy.pass();
  };
};

const blackHole: Begin = ({ proxy }) => {
  proxy.blackHole();
  return () => proxy.pass();
};

/** `fault` strikes this share of the requests that match; the socket is left alone. */
function sometimes(fault: Fault, share: number, matches: (request: SeenRequest) => boolean = ANY): Begin {
  return ({ proxy, random }) => {
    const strikes = (request: SeenRequest): boolean => matches(request) && random.next() < share;
    const rule = proxy.addRule(strikes, fault, Number.POSITIVE_INFINITY);
    return async () => {
      rule.remove();
      await rule.replayed();
    };
  };
}

/** The socket is cut, and new ones meet this. */
function noSocket(upgrade: UpgradeFault): Begin {
  return ({ proxy }) => {
    proxy.refuseUpgrades(upgrade);
    proxy.cutSockets();
    return () => proxy.refuseUpgrades(false);
  };
}

function together(...begins: readonly Begin[]): Begin {
  return (network) => {
    const heals = begins.map((begin) => begin(network));
    return async () => {
      for (const heal of heals) await heal();
    };
  };
}

/** All scenarios. */
export const scenarios: Readonly<Record<string, Begin>> = {
  'a slow link': quality({ latencyMs: 400 }),
  'a jittery link': quality({ latencyMs: 40, jitterMs: 700 }),
  'a narrow link': quality({ bytesPerSecond: 2_000, latencyMs: 50 }),
  'segments of three bytes': quality({ segmentBytes: 3, jitterMs: 2 }),
  'a stall after which everything comes late': stalled('up', 'down'),
  'requests that stall': stalled('up'),
  'answers that stall': stalled('down'),
  'half-open connections': dead('up', 'down'),
  'loss on the way up': dead('up'),
  'loss on the way down': dead('down'),
  'connections that a middlebox forgets, while new ones work': forgotten,
  'connections reset again and again': resets,
  'refused connections': refused,
  'a black hole whose connections are reset in the end': blackHole,
  'resets before the request': sometimes(faults.loseRequest, 0.7),
  'resets in the middle of the request': sometimes(faults.cutRequest, 0.7),
  'resets before the answer': sometimes(faults.loseAnswer, 0.7),
  'resets in the middle of the answer': sometimes(faults.cutAnswer, 0.7),
  'truncated answers': sometimes(faults.truncateAnswer, 0.7),
  'duplicated requests': sometimes(faults.duplicateRequest, 0.7),
  'requests replayed late': sometimes(faults.replayRequest, 0.7, isPost),
  'lost answers whose requests are replayed late': together(
    sometimes(faults.loseAnswer, 0.4),
    sometimes(faults.replayRequest, 1, isPost),
  ),
  'status 502': sometimes(faults.badGateway, 0.8),
  'status 503': sometimes(faults.unavailable, 0.8),
  'status 504': sometimes(faults.gatewayTimeout, 0.8),
  'a captive portal that answers everything with its page': together(
    noSocket(faults.htmlPage),
    sometimes(faults.htmlPage, 1),
  ),
  'a captive portal that redirects everything': together(
    noSocket(faults.redirect),
    sometimes(faults.redirect, 0.5),
    sometimes(faults.redirectPost, 1),
  ),
  'a network that asks for a sign-in with status 511': together(
    noSocket(faults.networkLogin),
    sometimes(faults.networkLogin, 1),
  ),
  'foreign JSON instead of every answer': together(
    noSocket(faults.foreignJson),
    sometimes(faults.foreignJson, 1),
  ),
  'refused upgrades while requests work': noSocket(faults.forbidden),
  'upgrades that nobody answers while requests work': noSocket('silence'),
  'refused requests while the socket works': sometimes(faults.forbidden, 1),
  'requests held back while the socket works': sometimes(faults.holdRequest, 1),
  'everything at once': together(
    quality({ latencyMs: 80, jitterMs: 150, bytesPerSecond: 20_000, segmentBytes: 50 }),
    resets,
    sometimes(faults.loseAnswer, 0.25),
    sometimes(faults.truncateAnswer, 0.25),
    sometimes(faults.unavailable, 0.25),
  ),
};
