/** What the machine itself allows: a bare relay over Socket.IO, and bare rows committed to disk. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { v7 } from 'uuid';
import { within } from '../../tests/harness/wait.ts';
import type { DatabaseServer } from './databases.ts';
import { perSecond, timed } from './stopwatch.ts';

/** A server that does nothing but relay, in a process of its own, and two clients. */
export interface Relay {
  /** Milliseconds from one client's emit to the other's event. */
  roundTrip(): Promise<number>;
  stop(): void;
}

/** Starts the relay. */
export async function startRelay(): Promise<Relay> {
  const child = fork(new URL('./relay.ts', import.meta.url));
  const [port] = (await within('the relay to listen', once(child, 'message'))) as [number];
  const connect = async (): Promise<Socket> => {
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
    await within(
      'the relay to let a client in',
      new Promise<void>((resolve) => socket.once('connect', resolve)),
    );
    return socket;
  };
  const [from, to] = [await connect(), await connect()];
  return {
    roundTrip: () =>
      timed(async () => {
        const arrived = new Promise((resolve) => to.once('relay', resolve));
        from.emit('relay', 'Same time on Friday? Bring the belt, we go heavy.');
        await within('a relayed text', arrived);
      }),
    stop() {
      from.close();
      to.close();
      child.disconnect();
    },
  };
}

/** Bare durable rows on the same disk. */
export interface BareInserts {
  /** Milliseconds of one commit with nothing else going on. */
  one(): Promise<number>;
  /** Commits a second on so many connections, over about `seconds`. */
  rate(lanes: number, seconds: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens a bare table on this kind of database. */
export async function openBareInserts(server: DatabaseServer, lanes: number): Promise<BareInserts> {
  const table = await server.openBareTable(lanes);
  return {
    one: () => timed(() => table.insert(0, v7())),
    rate: (count, seconds) => perSecond(count, seconds, (lane) => table.insert(lane, v7())),
    close: () => table.close(),
  };
}
