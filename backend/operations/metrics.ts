import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

/** What a value is measured by at the moment somebody asks; each is left out where there is no such thing. */
export interface MetricSources {
  /** Open sockets of this process. */
  readonly sockets?: () => number;
  /** Connections to the database by what they do, e.g. `idle`. */
  readonly databaseConnections?: () => Readonly<Record<string, number>>;
  /** Push notifications: those of all nodes that wait, and what this node has made of its part. */
  readonly push?: () => Promise<{
    readonly waiting: number;
    readonly oldestAgeMs: number;
    readonly counts: Readonly<Record<string, number>>;
  }>;
}

/** Figures for the operator. No label takes a person, an id or anything that a client chooses. */
export interface Metrics {
  requestEnded(request: {
    readonly method: string;
    /** The route's pattern, or undefined when there is no such route. */
    readonly route: string | undefined;
    /** `lost`: the connection was gone before the answer. */
    readonly status: number | 'lost';
    readonly seconds: number;
  }): void;
  /** `outcome`: `accepted`, `repeated`, `failed` or the code of the refusal. */
  sendEnded(outcome: string): void;
  /** An event reached the sockets of its user, so many seconds after the change it tells of. */
  feedTold(seconds: number): void;
  /** A client's socket event was answered; `outcome`: `ok` or the code of the refusal. */
  socketEventAnswered(event: string, outcome: string): void;
  /** A query or a transaction is done; a transaction's time has its waiting for locks in it. */
  databaseUsed(kind: 'read' | 'transaction', seconds: number): void;
  /** Adds what is measured on demand. */
  watch(sources: MetricSources): void;
  readonly contentType: string;
  /** Everything, in the text format of Prometheus. */
  text(): Promise<string>;
}

/** What the sockets' part reports. */
export type GatewayMetrics = Pick<Metrics, 'feedTold' | 'socketEventAnswered'>;

const PREFIX = 'trainer_inbox_';
/** From what a single-node send takes to the longest that a request may. */
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Past the fastest delivery there are the 25 s until the next `head`. */
const FEED_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];
/** Methods that are told apart; HTTP allows any word. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Figures of one app; with `process`, those of the process as well, which may be asked for once. */
export function createMetrics(options: { readonly process: boolean } = { process: false }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.process) collectDefaultMetrics({ register: registry });

  const requests = new Histogram({
    name: `${PREFIX}http_request_duration_seconds`,
    help: 'Time from a request to its answer, by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const sends = new Counter({
    name: `${PREFIX}sends_total`,
    help: 'Messages handed in: accepted, repeated (stored by an earlier attempt), failed, or the refusal’s code.',
    labelNames: ['outcome'],
    registers,
  });
  const feed = new Histogram({
    name: `${PREFIX}feed_delivery_seconds`,
    help: 'Time from a change to its event on the sockets of this node.',
    buckets: FEED_BUCKETS,
    registers,
  });
  const socketEvents = new Counter({
    name: `${PREFIX}socket_events_total`,
    help: 'Events that clients emitted, by name and outcome.',
    labelNames: ['event', 'outcome'],
    registers,
  });
  const database = new Histogram({
    name: `${PREFIX}database_seconds`,
    help: 'Time of reading queries and of writing transactions, with their waiting.',
    labelNames: ['kind'],
    buckets: SECONDS_BUCKETS,
    registers,
  });

  function watchStates(
    name: string,
    help: string,
    ask: () => Promise<Readonly<Record<string, number>>>,
  ): void {
    const gauge: Gauge<'state'> = new Gauge({
      name: `${PREFIX}${name}`,
      help,
      labelNames: ['state'],
      registers,
      async collect() {
        for (const [state, count] of Object.entries(await ask())) gauge.set({ state }, count);
      },
    });
  }

  function watchPush(source: NonNullable<MetricSources['push']>): void {
    // Without its database the service still has figures to show, and then most of all.
    const ask = () => source().catch(() => null);
    const waiting: Gauge = new Gauge({
      name: `${PREFIX}push_waiting`,
      help: 'Push notifications that are not delivered yet, on all nodes.',
      registers,
      async collect() {
        const state = await ask();
        if (state) waiting.set(state.waiting);
      },
    });
    const age: Gauge = new Gauge({
      name: `${PREFIX}push_oldest_age_seconds`,
      help: 'Age of the oldest push notification that is not delivered yet; 0 when there is none.',
      registers,
      async collect() {
        const state = await ask();
        if (state) age.set(state.oldestAgeMs / 1_000);
      },
    });
    const outcomes: Counter<'outcome'> = new Counter({
      name: `${PREFIX}push_outcomes_total`,
      help: 'What this node has made of push notifications.',
      labelNames: ['outcome'],
      registers,
      async collect() {
        const state = await ask();
        if (!state) return;
        outcomes.reset();
        for (const [outcome, count] of Object.entries(state.counts)) outcomes.inc({ outcome }, count);
      },
    });
  }

  return {
    requestEnded({ method, route, status, seconds }) {
      const labels = { route: route ?? 'none', method: METHODS.has(method) ? method : 'other', status };
      requests.observe(labels, seconds);
    },
    sendEnded: (outcome) => sends.inc({ outcome }),
    feedTold: (seconds) => feed.observe(Math.max(0, seconds)),
    socketEventAnswered: (event, outcome) => socketEvents.inc({ event, outcome }),
    databaseUsed: (kind, seconds) => database.observe({ kind }, seconds),
    watch({ sockets, databaseConnections, push }) {
      if (sockets) {
        const gauge: Gauge = new Gauge({
          name: `${PREFIX}sockets_open`,
          help: 'Open sockets of this node.',
          registers,
          collect: () => gauge.set(sockets()),
        });
      }
      if (databaseConnections) {
        const ask = () => Promise.resolve(databaseConnections());
        watchStates('database_connections', 'Connections to PostgreSQL of this node, by state.', ask);
      }
      if (push) watchPush(push);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
