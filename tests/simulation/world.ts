/** All machines and people of one simulation, and the eyes on them. */
import path from 'node:path';
import { Device } from './device.ts';
import { DeviceWatch } from './device-watch.ts';
import { GlobalTimers } from './global-timers.ts';
import { Ledger, Violation } from './ledger.ts';
import { Link } from './link.ts';
import { ANNA, BRUNO, CARLA, DAVID, EMMA } from './people.ts';
import type { Random } from './random.ts';
import { SimulatedServer } from './server.ts';
import { ServerWatch } from './server-watch.ts';
import { settled, VirtualTime } from './virtual-time.ts';

/** Whose devices there are; the second device of a user tells what the first one did. */
const OWNERS = [
  { name: 'Anna’s desktop', user: ANNA },
  { name: 'Anna’s laptop', user: ANNA },
  { name: 'Carla’s desktop', user: CARLA },
  { name: 'David’s desktop', user: DAVID },
  { name: 'Bruno’s desktop', user: BRUNO },
  { name: 'Emma’s desktop', user: EMMA },
] as const;

/** Longest time until a machine that died is started again, in milliseconds. */
const LONGEST_OUTAGE_MS = 20_000;

export class World {
  readonly time = new VirtualTime();
  readonly ledger = new Ledger();
  readonly server: SimulatedServer;
  readonly devices: Device[] = [];
  /** What happened, line by line. */
  readonly trace: string[] = [];
  readonly #begun = this.time.now;
  readonly #serverWatch: ServerWatch;
  readonly #deviceWatches: DeviceWatch[] = [];
  readonly #random: Random;
  #failure: Error | null = null;

  constructor(random: Random) {
    this.#random = random;
    const timers = new GlobalTimers(this.time);
    timers.install();
    this.server = new SimulatedServer({
      settings: {
        accessSeconds: random.int(60, 180),
        sendLimitPerMinute: random.pick([0, 6, 30]),
      },
      random: random.fork(),
      now: () => this.time.now,
      timers,
      onDeath: () => this.#planServerStart(),
    });
    this.#serverWatch = new ServerWatch(this.server, this.ledger);
  }

  /** Creates everything in `folder` and starts it. */
  async create(folder: string): Promise<void> {
    await this.server.create();
    const count = this.#random.int(3, OWNERS.length);
    for (const [index, { name, user }] of OWNERS.slice(0, count).entries()) {
      const link = new Link({
        time: this.time,
        random: this.#random.fork(),
        server: this.server,
        report: (thrown) => this.fail(thrown),
        onRefused: (clientMessageId) => {
          const written = this.ledger.written.get(clientMessageId);
          if (written) written.wasRefused = true;
        },
      });
      const device: Device = new Device({
        name,
        user,
        folder: path.join(folder, `device-${index}`),
        link,
        time: this.time,
        random: this.#random.fork(),
        refreshToken: this.server.signIn(user.id),
        onDeath: () => this.#planDeviceStart(device),
      });
      this.devices.push(device);
      const { server, ledger } = this;
      this.#deviceWatches.push(new DeviceWatch({ device, server, serverWatch: this.#serverWatch, ledger }));
    }
    this.server.start();
    for (const device of this.devices) device.start();
  }

  /** Something went wrong outside a step: the next check throws it. */
  fail(thrown: unknown): void {
    this.#failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
  }

  note(line: string): void {
    this.trace.push(`${((this.time.now - this.#begun) / 1_000).toFixed(3).padStart(9)}  ${line}`);
  }

  #planServerStart(): void {
    this.note('the server is down');
    this.time.after(this.#random.int(0, LONGEST_OUTAGE_MS), () => this.startServer());
  }

  startServer(): void {
    if (this.server.isUp) return;
    this.server.start();
    this.note('the server is up');
  }

  #planDeviceStart(device: Device): void {
    if (this.#isOver) return;
    this.note(`${device.name} is down`);
    this.time.after(this.#random.int(0, LONGEST_OUTAGE_MS), () => this.startDevice(device));
  }

  startDevice(device: Device): void {
    if (this.#isOver || device.isRunning) return;
    device.start();
    this.note(`${device.name} is up`);
  }

  /** Starts everything that is down. */
  startAll(): void {
    this.startServer();
    for (const device of this.devices) this.startDevice(device);
  }

  /** The server asked a device to wait before it sends more. */
  isHeldUp(): boolean {
    return this.devices.some(
      (device) => device.isRunning && device.engine.view().connection.sendPausedUntil !== null,
    );
  }

  /** Everything that must hold at every moment. @throws Violation */
  async check(): Promise<void> {
    await settled();
    if (this.#failure !== null) throw this.#failure;
    for (const watch of this.#deviceWatches) watch.lookAtOutbox();
    const watchOf = new Map(this.#deviceWatches.map((watch) => [watch.device, watch]));
    this.#serverWatch.check();
    for (const written of this.ledger.written.values()) {
      if (written.state === 'queued' && !written.isStored) watchOf.get(written.device)?.checkWaiting(written);
    }
    for (const watch of this.#deviceWatches) watch.check();
    for (const device of this.devices) {
      if (device.isRunning && !device.isSignedIn)
        throw new Violation(`the session on ${device.name} ended without a reason`);
    }
  }

  #isOver = false;

  remove(): void {
    this.#isOver = true;
    for (const device of this.devices) device.remove();
    this.server.remove();
  }
}
