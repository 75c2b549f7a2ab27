import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { createApp, type App, type AppParts } from '../../backend/app.ts';
import { connectRedis, type Redis } from '../../backend/operations/redis.ts';
import { createLogger } from '../../backend/operations/logger.ts';
import { createMetrics } from '../../backend/operations/metrics.ts';
import type { Database } from '../../backend/storage/database.ts';
import { loadIdentity } from '../../backend/storage/meta.ts';
import { openDatabase } from '../../backend/storage/open.ts';
import { loginAnswerSchema, snapshotAnswerSchema, type LoginAnswer } from '../../shared/wire/rest.ts';
import type { z } from '../../shared/schema.ts';
import { DescribedApi, documentSchema } from './described-api.ts';
import { createTestDatabase, isOnPostgres, type TestDatabase } from './test-database.ts';

// These tests run whole servers; on a busy machine the usual five seconds are short.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** An HTTP answer with its body as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body by its schema; throws when it does not fit. */
  read<T extends z.ZodType>(schema: T): z.infer<T>;
}

/** A person with a session. */
export interface Member extends LoginAnswer {
  readonly id: number;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

/** A clock that runs with the real one and can be moved. */
export interface TestClock {
  (): number;
  /** Moves the time by so many milliseconds, also back. */
  advance(milliseconds: number): void;
  /** By how much it was moved in all. */
  offset(): number;
}

/** What the service says of itself; every answer of every test is held against it. */
let described: Promise<DescribedApi> | null = null;

async function readDescription(url: string): Promise<DescribedApi> {
  const document: unknown = await (await fetch(`${url}/api/openapi.json`)).json();
  return new DescribedApi(documentSchema.parse(document));
}

function createTestClock(): TestClock {
  let offset = 0;
  return Object.assign(() => Date.now() + offset, {
    advance(milliseconds: number) {
      offset += milliseconds;
    },
    offset: () => offset,
  });
}

/** What the nodes of one service have in common. */
interface Shared {
  readonly files: TestDatabase;
  readonly clock: TestClock;
  readonly authSecret: string;
  readonly redisUrl: string | null;
}

/** A backend on a database of its own, filled with the demo's people. */
export class TestBackend {
  readonly clock: TestClock;
  readonly settings: AppParts['settings'];
  readonly authSecret: string;
  readonly #shared: Shared;
  #redis: Redis | null = null;
  #app: App | null = null;
  #database: Database | null = null;
  readonly #logLines: string[] = [];
  readonly #logger = createLogger('silent', { write: (line) => void this.#logLines.push(line) });
  url = '';

  constructor(settings: Partial<AppParts['settings']>, shared: Shared) {
    this.#shared = shared;
    this.clock = shared.clock;
    this.authSecret = shared.authSecret;
    this.settings = {
      accessTokenSeconds: 600,
      sendLimitPerMinute: 30,
      readLimitPerMinute: 0,
      trustedProxies: [],
      metricsToken: null,
      push: null,
      ...settings,
    };
  }

  get app(): App {
    if (!this.#app) throw new Error('The backend is not running.');
    return this.#app;
  }

  get database(): Database {
    if (!this.#database) throw new Error('The backend is not running.');
    return this.#database;
  }

  /** Where its data is, as a command takes it. */
  get location(): string {
    return this.#shared.files.location;
  }

  /** Starts keeping what it logs. @returns the lines so far, whenever it is called */
  keepLog(): () => readonly string[] {
    this.#logger.level = 'trace';
    return () => this.#logLines;
  }

  async start(): Promise<void> {
    const database = await this.#open();
    this.#database = database;
    const { redisUrl } = this.#shared;
    const logger = this.#logger;
    this.#redis = redisUrl === null ? null : connectRedis(redisUrl, logger);
    this.#app = await createApp({
      database,
      identity: await loadIdentity(database),
      authSecret: this.authSecret,
      settings: this.settings,
      clock: this.clock,
      logger,
      metrics: createMetrics(),
      redis: this.#redis,
    });
    this.url = await this.#app.listen('127.0.0.1', 0);
  }

  /** The real database, but for its clock, which moves with the test's. */
  async #open(): Promise<Database> {
    const database = await openDatabase(this.location, this.clock);
    if (!isOnPostgres) return database;
    return { ...database, time: () => sql<number>`${database.time()} + ${this.clock.offset()}::bigint` };
  }

  /** Stops serving; the data stays. */
  async stop(): Promise<void> {
    await this.#app?.close();
    await this.#database?.close();
    this.#redis?.close();
    this.#app = null;
    this.#database = null;
  }

  /** Starts another node of the same service; it is only to be stopped. */
  async startNeighbour(): Promise<TestBackend> {
    const neighbour = new TestBackend(this.settings, this.#shared);
    await neighbour.start();
    return neighbour;
  }

  async destroy(): Promise<void> {
    await this.stop();
    await this.#shared.files.delete();
  }

  /** Keeps the backend from writing. @returns the way to let it again */
  holdWriteLock(): Promise<() => Promise<void>> {
    return this.#shared.files.holdWriteLock();
  }

  /** One request; `body` is sent as JSON unless it is a string. The answer has to be one that is described. */
  async request(
    method: string,
    target: string,
    options: { token?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { token, body, headers } = options;
    const response = await fetch(`${this.url}${target}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const { status, headers: answerHeaders } = response;
    const text = await response.text();
    described ??= readDescription(this.url);
    (await described).check(method, target, { status, headers: answerHeaders, text });
    return { status, headers: answerHeaders, text, read: (schema) => schema.parse(JSON.parse(text)) };
  }

  /** The same person under another access token. */
  member(login: LoginAnswer): Member {
    const token = login.accessToken;
    return {
      ...login,
      id: login.user.id,
      get: (target) => this.request('GET', target, { token }),
      post: (target, body) => this.request('POST', target, { token, body }),
      delete: (target) => this.request('DELETE', target, { token }),
    };
  }

  /** Signs one of the demo's people in, by the local part of the address. */
  async signIn(login: string): Promise<Member> {
    const body = { email: `${login}@demo.test`, password: 'demo-password' };
    const answer = await this.request('POST', '/api/auth/login', { body });
    return this.member(answer.read(loginAnswerSchema));
  }

  /** Id of the conversation that a participant has with this person. */
  async conversationWith(member: Member, peerId: number): Promise<number> {
    const { conversations } = (await member.get('/api/messaging/snapshot')).read(snapshotAnswerSchema);
    const found = conversations.find(
      ({ trainer, trainee }) => trainer.id === peerId || trainee.id === peerId,
    );
    if (!found) throw new Error('There is no such conversation.');
    return found.id;
  }
}

/** Starts a backend on port 0; with an address of Redis it can have neighbours. */
export async function startBackend(
  settings: Partial<AppParts['settings']> = {},
  redisUrl: string | null = null,
): Promise<TestBackend> {
  const backend = new TestBackend(settings, {
    files: await createTestDatabase(),
    clock: createTestClock(),
    authSecret: randomUUID() + randomUUID(),
    redisUrl,
  });
  await backend.start();
  return backend;
}

/** A message that was never sent before. */
export function draft(content = 'How was the run?'): { clientMessageId: string; content: string } {
  return { clientMessageId: randomUUID(), content };
}
