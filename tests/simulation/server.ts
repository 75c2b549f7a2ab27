/** The real server core on virtual time: started, killed and restored from backups within one process. */
import type RealDatabase from 'better-sqlite3';
import type { FastifyBaseLogger } from 'fastify';
import { createSessions, type Sessions } from '../../backend/accounts/sessions.ts';
import { hashRefreshToken } from '../../backend/accounts/tokens.ts';
import { createConversations } from '../../backend/messaging/conversations.ts';
import { createFeed } from '../../backend/messaging/feed.ts';
import type { FeedRow } from '../../backend/messaging/feed-repository.ts';
import { createSending } from '../../backend/messaging/sending.ts';
import { createTrainees, type Trainees } from '../../backend/messaging/trainees.ts';
import { noOtherNodes } from '../../backend/realtime/bus.ts';
import { createGateway, type Gateway } from '../../backend/realtime/gateway.ts';
import { LocalPresence } from '../../backend/realtime/presence.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { SOCKET_NAMESPACE } from '../../shared/wire/socket.ts';
import { Life } from './life.ts';
import type { Random } from './random.ts';
import { answerRequest, type HttpAnswer, type HttpRequest, type RouteParts } from './routes.ts';
import {
  newServerDatabase,
  openServerDatabase,
  restoredDatabase,
  returnServerDatabase,
  SERVER_ID,
} from './server-database.ts';
import { type Line, Server as SocketServer, type ServerSocket } from './socket-io.ts';
import { createSimulatedTokens } from './tokens.ts';
import type { GlobalTimers } from './global-timers.ts';

/** Settings that differ from seed to seed. */
export interface ServerSettings {
  readonly accessSeconds: number;
  readonly sendLimitPerMinute: number;
}

/** One run of the server. */
interface Run {
  readonly life: Life;
  readonly routes: RouteParts;
  readonly trainees: Trainees;
  readonly gateway: Gateway;
  readonly sockets: SocketServer;
}

const SILENT = Object.fromEntries(
  ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, () => {}]),
) as unknown as FastifyBaseLogger;

export class SimulatedServer {
  connection!: RealDatabase.Database;
  epoch = '';
  readonly #settings: ServerSettings;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #timers: GlobalTimers;
  readonly #onDeath: () => void;
  #run: Run | null = null;

  constructor(parts: {
    readonly settings: ServerSettings;
    readonly random: Random;
    readonly now: () => number;
    readonly timers: GlobalTimers;
    /** The server died of itself, at one of its commits. */
    readonly onDeath: () => void;
  }) {
    this.#settings = parts.settings;
    this.#random = parts.random;
    this.#now = parts.now;
    this.#timers = parts.timers;
    this.#onDeath = parts.onDeath;
  }

  async create(): Promise<void> {
    this.epoch = this.#random.uuid();
    this.connection = await newServerDatabase(this.epoch);
  }

  get isUp(): boolean {
    return this.#run !== null;
  }

  start(): void {
    const life = new Life(() => {
      this.#fall();
      this.#onDeath();
    });
    const clock = this.#now;
    const database = openServerDatabase(this.connection, life, clock);
    const identity = { serverId: SERVER_ID, epoch: this.epoch };
    const announce = (rows: readonly FeedRow[], message?: Message) => gateway.publish(rows, message);
    const sessions: Sessions = createSessions({
      database,
      clock,
      tokens: createSimulatedTokens({
        accessSeconds: this.#settings.accessSeconds,
        now: clock,
        uuid: () => this.#random.uuid(),
      }),
      signInLimiter: { guard: (_account, _address, attempt) => attempt() },
    });
    const conversations = createConversations({ database, announce });
    const trainees = createTrainees({ database, clock, announce });
    const feed = createFeed({ database, identity });
    const { sendLimitPerMinute } = this.#settings;
    const writePush = () => null;
    const sending = createSending({ database, announce, sendLimitPerMinute, writePush });
    const gateway = createGateway({
      httpServer: null as unknown as Parameters<typeof createGateway>[0]['httpServer'],
      database,
      identity,
      sessions,
      conversations,
      feed,
      presence: new LocalPresence(),
      openBus: noOtherNodes,
      clock,
      log: SILENT,
      metrics: { feedTold() {}, socketEventAnswered() {} },
    });
    const sockets = SocketServer.latest;
    if (!sockets) throw new Error('The gateway opened no sockets.');
    const routes = {
      database,
      epoch: this.epoch,
      now: clock,
      sessions,
      conversations,
      feed,
      sending,
      trainees,
    };
    this.#run = { life, routes, trainees, gateway, sockets };
  }

  /** Ends the process without a word. */
  kill(): void {
    this.#run?.life.end();
  }

  /** Lets the process die at one of its next commits. */
  killAtCommit(commits: number, when: 'before' | 'after'): void {
    this.#run?.life.endAtCommit(commits, when);
  }

  /** Nothing planned happens to it any more. */
  spare(): void {
    this.#run?.life.spare();
  }

  #fall(): void {
    const run = this.#run;
    this.#run = null;
    this.#timers.cancelAll();
    if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
    run?.sockets.disconnectSockets();
  }

  backup(): Buffer {
    return this.connection.serialize();
  }

  /** Puts a backup in the place of everything; the server has to be down. */
  restore(copy: Buffer): void {
    const old = this.connection;
    this.epoch = this.#random.uuid();
    this.connection = restoredDatabase(copy, this.epoch);
    // The refresh tokens since the backup live on: without them people would have to sign in again, and their
    // devices would have nothing left that could be rescued.
    for (const table of ['refresh_tokens', 'sessions']) this.connection.exec(`DELETE FROM ${table}`);
    copyRows(old, this.connection, 'sessions', ['id', 'user_id', 'created_at', 'ended_at']);
    const columns = ['token_hash', 'session_id', 'first_used_at', 'expires_at'];
    copyRows(old, this.connection, 'refresh_tokens', columns);
    returnServerDatabase(old);
  }

  remove(): void {
    this.#run = null;
    returnServerDatabase(this.connection);
  }

  /** Answers a request; null when the server died over it, or is down. */
  async handle(request: HttpRequest): Promise<HttpAnswer | null> {
    const run = this.#run;
    if (!run) return null;
    try {
      const answer = await answerRequest(run.routes, request);
      return run.life.isAlive ? answer : null;
    } catch (error) {
      if (!run.life.isAlive) return null;
      throw error;
    }
  }

  /** A client opens a socket; false when nobody listens. */
  admit(auth: unknown, line: Line, answer: (refusal: Error | null, socket: ServerSocket) => void): boolean {
    if (!this.#run) return false;
    this.#run.sockets.of(SOCKET_NAMESPACE).admit(auth, line, answer);
    return true;
  }

  /** The operator ends or begins a relation. */
  async changeRelation(trainerId: number, traineeId: number, isRemoval: boolean): Promise<void> {
    const run = this.#run;
    if (!run) return;
    try {
      await (isRemoval
        ? run.trainees.remove(trainerId, traineeId)
        : run.trainees.assign(trainerId, traineeId));
    } catch (error) {
      if (run.life.isAlive) throw error;
    }
  }

  /** A session in the database, as a sign-in before the simulation left it; its refresh token. */
  signIn(userId: number): string {
    const sessionId = this.#random.uuid();
    const token = this.#random.uuid();
    this.connection
      .prepare('INSERT INTO sessions (id, user_id, created_at) VALUES (?, ?, ?)')
      .run(sessionId, userId, this.#now());
    this.connection
      .prepare('INSERT INTO refresh_tokens (session_id, token_hash, expires_at) VALUES (?, ?, ?)')
      .run(sessionId, hashRefreshToken(token), this.#now() + 30 * 24 * 3_600_000);
    return token;
  }
}

function copyRows(
  from: RealDatabase.Database,
  to: RealDatabase.Database,
  table: string,
  columns: readonly string[],
): void {
  const names = columns.join(', ');
  const insert = to.prepare(`INSERT INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')})`);
  for (const row of from.prepare(`SELECT ${names} FROM ${table}`).raw().all()) insert.run(row);
}
