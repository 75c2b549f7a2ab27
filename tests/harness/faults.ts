/** What networks, middleboxes and servers in trouble do to a request, and the rules by which they choose it. */

/** An answer that does not come from the server. */
export interface AnswerFault {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** The answer waits for this. */
  readonly after?: Promise<unknown>;
}

/** What the proxy does to one request instead of passing it on. */
export type Fault =
  /** The connection is reset before the server gets anything. */
  | { readonly kind: 'loseRequest' }
  /** The server gets half of the body, then both connections are reset. */
  | { readonly kind: 'cutRequest' }
  /** The server gets the request and answers; the client sees the connection die. */
  | { readonly kind: 'loseAnswer' }
  /** The client gets half of the answer's body, then the connection is reset. */
  | { readonly kind: 'cutAnswer' }
  /** The client gets half of the answer's body as if that were all of it. */
  | { readonly kind: 'truncateAnswer' }
  /** The server gets the request twice at once; the client gets one of the answers. */
  | { readonly kind: 'duplicateRequest' }
  /** The request passes, and reaches the server once more when the rule is removed. */
  | { readonly kind: 'replayRequest' }
  /** The request waits here, and goes on to the server when the rule is removed. */
  | { readonly kind: 'holdRequest' }
  /** The answer is on its way for this many milliseconds. */
  | { readonly kind: 'delayAnswer'; readonly ms: () => number }
  /** The server gets nothing; the client gets this. */
  | AnswerFault;

const HTML = { 'content-type': 'text/html' };
const LOGIN_PAGE = 'http://127.0.0.1:9/login';

/** An HTML page with this status, as a gateway gives it when it cannot reach the server. */
function gatewayPage(status: number, title: string): AnswerFault {
  return {
    kind: 'answer',
    status,
    headers: HTML,
    body: `<!doctype html><title>${title}</title><h1>${title}</h1>`,
  };
}

/** Ready-made faults. */
export const faults = {
  loseRequest: { kind: 'loseRequest' },
  cutRequest: { kind: 'cutRequest' },
  loseAnswer: { kind: 'loseAnswer' },
  cutAnswer: { kind: 'cutAnswer' },
  truncateAnswer: { kind: 'truncateAnswer' },
  duplicateRequest: { kind: 'duplicateRequest' },
  replayRequest: { kind: 'replayRequest' },
  holdRequest: { kind: 'holdRequest' },
  htmlPage: {
    kind: 'answer',
    status: 200,
    headers: HTML,
    body: '<!doctype html><title>Welcome</title><p>Accept the terms of this network.',
  },
  redirect: { kind: 'answer', status: 302, headers: { location: LOGIN_PAGE }, body: '' },
  /** Like {@link redirect}, but the client is asked to post again. */
  redirectPost: { kind: 'answer', status: 307, headers: { location: LOGIN_PAGE }, body: '' },
  networkLogin: { kind: 'answer', status: 511, headers: HTML, body: '<p>Sign in to this network.' },
  foreignJson: {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"status":"ok"}',
  },
  forbidden: { kind: 'answer', status: 403, body: '' },
  /** The server's own refusal, which no retry can change. */
  ended: {
    kind: 'answer',
    status: 403,
    headers: { 'content-type': 'application/json' },
    body: '{"error":{"code":"conversation_archived","message":"It has ended."}}',
  },
  badGateway: gatewayPage(502, 'Bad Gateway'),
  unavailable: { kind: 'answer', status: 503, headers: HTML, body: 'Down' },
  gatewayTimeout: gatewayPage(504, 'Gateway Time-out'),
} as const satisfies Record<string, Fault>;

/** The server's own "slow down", with the seconds to wait. */
export function rateLimited(seconds: number): AnswerFault {
  return {
    kind: 'answer',
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
    body: '{"error":{"code":"rate_limited","message":"Slow down."}}',
  };
}

/** A request that came to the proxy. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body: string;
  /** When it was here as a whole, in milliseconds of `performance.now()`. */
  readonly at: number;
}

/** A fault that waits for its requests. */
export interface FaultRule {
  /** How many requests it has caught; a lost answer counts once the server has given it. */
  readonly hits: () => number;
  /** Catches nothing any more, lets go of the requests that it holds, and replays those to be replayed. */
  remove(): void;
  /** After {@link remove}: when the server has answered the last replay. */
  readonly replayed: () => Promise<void>;
}

/** What a rule has met. */
export interface Caught {
  readonly fault: Fault;
  /** Counts a hit. */
  hit(): void;
  /** When the rule was removed. */
  readonly released: Promise<void>;
  /** Does this once the rule was removed. */
  replay(task: () => Promise<unknown>): void;
}

/** The rules of one proxy: the oldest that matches a request has it. */
export interface FaultRules {
  /** Does `fault` to the next `times` requests that match. */
  add(matches: (request: SeenRequest) => boolean, fault: Fault, times: number): FaultRule;
  /** The rule for this request, if any; uses up one of its times. */
  take(request: SeenRequest): Caught | undefined;
}

/** Creates an empty set of rules. */
export function createFaultRules(): FaultRules {
  const rules = new Set<{
    readonly matches: (request: SeenRequest) => boolean;
    readonly caught: Caught;
    timesLeft: number;
  }>();
  return {
    add: (matches, fault, times) => {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const replays: (() => Promise<unknown>)[] = [];
      let hits = 0;
      let replayed: Promise<void> = Promise.resolve();
      const caught: Caught = {
        fault,
        released,
        hit: () => {
          hits += 1;
        },
        replay: (task) => void replays.push(task),
      };
      const rule = { matches, caught, timesLeft: times };
      rules.add(rule);
      return {
        hits: () => hits,
        remove: () => {
          rules.delete(rule);
          release();
          const due = replays.splice(0);
          replayed = replayed.then(async () => {
            for (const task of due) await task();
          });
        },
        replayed: () => replayed,
      };
    },
    take: (request) => {
      const rule = [...rules].find(({ timesLeft, matches }) => timesLeft > 0 && matches(request));
      if (rule === undefined) return undefined;
      rule.timesLeft -= 1;
      return rule.caught;
    },
  };
}
