/** One computer with the real engine on it: it can be started, killed and looked into. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Engine, TokenVault } from '../../electron/engine-api.ts';
import { createEngine } from '../../electron/engine.ts';
import type { Message, User } from '../../shared/wire/entities.ts';
import { Disk } from './disk.ts';
import { Life, survive } from './life.ts';
import type { Link } from './link.ts';
import { PASSWORD } from './people.ts';
import type { Random } from './random.ts';
import { SERVER_ID } from './server-database.ts';
import type { VirtualTime } from './virtual-time.ts';

const ORIGIN = 'https://simulation.test';

/** A keyring that keeps everything as it is: nothing here is secret. */
const vault: TokenVault = {
  isAvailable: true,
  seal: (text) => Buffer.from(text),
  open: (sealed) => Buffer.from(sealed).toString(),
};

export class Device {
  readonly name: string;
  readonly user: User;
  readonly link: Link;
  readonly disk: Disk;
  /** How many times each message was handed out for a notification, by its `clientMessageId`. */
  readonly notified = new Map<string, number>();
  isSignedIn = true;
  readonly #folder: string;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #onDeath: () => void;
  #life = new Life();
  #engine: Engine | null = null;
  #skewMs = 0;

  constructor(parts: {
    readonly name: string;
    readonly user: User;
    readonly folder: string;
    readonly link: Link;
    readonly time: VirtualTime;
    readonly random: Random;
    readonly refreshToken: string;
    /** Told when the engine's process died at a commit. */
    readonly onDeath: () => void;
  }) {
    this.name = parts.name;
    this.user = parts.user;
    this.link = parts.link;
    this.#folder = parts.folder;
    this.#time = parts.time;
    this.#random = parts.random;
    this.#onDeath = parts.onDeath;
    this.disk = new Disk(this.#folder, this.#life);
    mkdirSync(this.#folder, { recursive: true });
    const remembered = {
      server: ORIGIN,
      email: this.user.email,
      account: { serverId: SERVER_ID, userId: this.user.id },
      session: { user: this.user, sealedRefreshToken: Buffer.from(parts.refreshToken).toString('base64') },
      ended: null,
    };
    writeFileSync(join(this.#folder, 'session.json'), JSON.stringify(remembered));
  }

  get isRunning(): boolean {
    return this.#engine !== null;
  }

  /** The running engine. */
  get engine(): Engine {
    if (!this.#engine) throw new Error('The app does not run.');
    return this.#engine;
  }

  start(): void {
    const life = new Life(() => this.#fall());
    this.#life = life;
    this.disk.life = life;
    const engine = createEngine({
      dataDir: this.#folder,
      clock: this.#clock(life),
      random: this.#random.next,
      fetch: this.link.fetchFor(life),
      openSocket: (_origin, token) => this.link.openSocketFor(life, token),
      vault,
      log: () => {},
      publish: (changes) => {
        const change = changes.findLast(({ type }) => type === 'session.changed');
        if (life.isAlive && change?.type === 'session.changed') this.isSignedIn = change.session !== null;
      },
      notify: (messages) => {
        if (life.isAlive) this.#count(messages);
      },
    });
    this.#engine = engine;
    this.guard(() => engine.start());
  }

  #clock(life: Life): Clock {
    return {
      now: () => this.#time.now + this.#skewMs,
      monotonic: () => this.#time.now,
      after: (ms, task) =>
        this.#time.after(ms, () => {
          if (life.isAlive) this.guard(task);
        }),
    };
  }

  /** Runs something that the app does; its death in the middle of it is no error. */
  guard<T>(work: () => T): T | undefined {
    return survive(work);
  }

  #count(messages: readonly Message[]): void {
    for (const { clientMessageId } of messages)
      this.notified.set(clientMessageId, (this.notified.get(clientMessageId) ?? 0) + 1);
  }

  kill(): void {
    this.#life.end();
  }

  killAtCommit(commits: number, when: 'before' | 'after'): void {
    this.#life.endAtCommit(commits, when);
  }

  /** Nothing planned happens to it any more. */
  spare(): void {
    this.#life.spare();
    this.#skewMs = 0;
  }

  #fall(): void {
    this.#engine = null;
    this.link.cut();
    this.#onDeath();
  }

  /** The person signs in again after the session ended. */
  async signIn(): Promise<void> {
    await this.#engine?.signIn({ server: ORIGIN, email: this.user.email, password: PASSWORD, isDemo: false });
  }

  /** Sets the computer's clock off by so many milliseconds. */
  skewClock(ms: number): void {
    this.#skewMs = ms;
  }

  remove(): void {
    this.#life = new Life();
    this.disk.life.end();
    this.disk.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
