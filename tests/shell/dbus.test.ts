import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Bus, openBus } from '../../electron/desktop/dbus/bus.ts';
import { socketPath } from '../../electron/desktop/dbus/link.ts';
import { decodeMessage, messageLength } from '../../electron/desktop/dbus/message.ts';
import { BusFormatError, decode, encode, splitSignature } from '../../electron/desktop/dbus/values.ts';
import { watchService } from '../../electron/desktop/dbus/watched-service.ts';
import { startBusDaemon } from '../harness/dbus/bus-daemon.ts';
import { offerService } from '../harness/dbus/service.ts';
import { EventLog } from '../harness/wait.ts';

const endings: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function startBus(): Promise<{ address: string; bus: Bus }> {
  const daemon = await startBusDaemon();
  endings.push(() => daemon.close());
  const bus = await openBus(daemon.address);
  if (bus === null) throw new Error('No connection to the test bus.');
  endings.push(() => bus.close());
  return { address: daemon.address, bus };
}

describe('values on the bus', () => {
  const text = fc.string().map((each) => each.replaceAll('\0', ''));
  const byType = {
    y: fc.nat(255),
    n: fc.integer({ min: -32_768, max: 32_767 }),
    q: fc.nat(65_535),
    i: fc.integer(),
    u: fc.nat(),
    b: fc.boolean(),
    x: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    t: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    d: fc.double({ noNaN: true }),
    s: text,
    'a{sv}': fc.array(fc.tuple(text, fc.record({ signature: fc.constant('s'), value: text }))),
    'a(iay)': fc.array(fc.tuple(fc.integer(), fc.array(fc.nat(255)))),
  } as const;

  it('come back as they went, in any order of types', () => {
    const anyValues = fc
      .array(fc.constantFrom(...Object.entries(byType)), { maxLength: 6 })
      .chain((types) =>
        fc.tuple(fc.constant(types.map(([type]) => type).join('')), fc.tuple(...types.map(([, one]) => one))),
      );
    fc.assert(
      fc.property(anyValues, ([signature, values]) => {
        expect(decode(signature, encode(signature, values), true)).toEqual(values);
      }),
    );
  });

  it('are refused with an error of its own kind when bytes or signatures are broken', () => {
    for (const signature of ['a', '(i', 'a()', 'z', 'a{s', `${'a'.repeat(80)}i`]) {
      expect(() => splitSignature(signature), signature).toThrow(BusFormatError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = Buffer.concat([Buffer.from([0x6c, 1, 0, 1]), bytes]);
        try {
          const length = messageLength(message);
          if (length !== null && length <= message.length) decodeMessage(message.subarray(0, length));
        } catch (error) {
          expect(error).toSatisfy(
            (thrown) => thrown instanceof BusFormatError || thrown instanceof RangeError,
          );
        }
      }),
    );
  });
});

describe('the address of a bus', () => {
  it.each([
    ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
    ['unix:path=/tmp/a%20b,guid=0f', '/tmp/a b'],
    ['unix:guid=0f,abstract=/tmp/dbus-x', '\0/tmp/dbus-x'],
    ['tcp:host=localhost,port=1;unix:path=/second', '/second'],
    ['disabled:', null],
    ['unix:path=%zz', null],
    ['', null],
  ])('%s leads to %s', (address, expected) => {
    expect(socketPath(address)).toBe(expected);
  });
});

describe('the connection to the bus', () => {
  it('gets answers, errors by their name, and no answer at all after its time limit', async () => {
    const { address, bus } = await startBus();
    const service = await offerService(address, ({ member }) => {
      if (member === 'Add') return { signature: 'a{sv}', body: [[['sum', { signature: 'u', value: 5 }]]] };
      return member === 'Hang' ? 'silence' : null;
    });
    endings.push(() => service.close());
    await service.own('test.Service');
    const method = { destination: 'test.Service', path: '/here', interface: 'test.Service' };
    expect(await bus.call({ ...method, member: 'Add' }, { signature: 'uu', body: [2, 3] })).toEqual({
      ok: true,
      value: [[['sum', { signature: 'u', value: 5 }]]],
    });
    expect(await bus.call({ ...method, member: 'Nonsense' })).toMatchObject({
      error: { reason: 'refused', errorName: 'org.freedesktop.DBus.Error.UnknownMethod' },
    });
    expect(await bus.call({ ...method, member: 'Hang' }, { timeoutMs: 50 })).toMatchObject({
      error: { reason: 'timeout' },
    });
  });

  it('hears the signals that it asked for, from their sender only', async () => {
    const { address, bus } = await startBus();
    const services = [];
    for (const name of ['test.True', 'test.False']) {
      const service = await offerService(address, () => null);
      endings.push(() => service.close());
      await service.own(name);
      services.push(service);
    }
    const heard = new EventLog<unknown>();
    await bus.listen({ sender: 'test.True', interface: 'test.News', member: 'Came' }, (body) =>
      heard.add(body),
    );
    const [truthful, liar] = services;
    const signal = { path: '/', interface: 'test.News', member: 'Came' };
    liar?.emit(signal, { signature: 's', body: ['lie'] });
    truthful?.emit(signal, { signature: 's', body: ['truth'] });
    await heard.find('a signal', () => true);
    expect(heard.all).toEqual([['truth']]);
  });

  it('follows a service that comes and goes', async () => {
    const { address, bus } = await startBus();
    const service = await offerService(address, () => null);
    endings.push(() => service.close());
    const states = new EventLog<boolean>();
    watchService(bus, 'test.Late', (isThere) => states.add(isThere));
    await states.find('the first answer', () => true);
    await service.own('test.Late');
    await states.find('the service', (isThere) => isThere);
    await service.release('test.Late');
    await states.find('the service to be gone', (isThere) => !isThere, { from: 2 });
    expect(states.all).toEqual([false, true, false]);
  });

  it('answers "closed" when the bus goes, and is none where no bus is', async () => {
    const daemon = await startBusDaemon();
    const bus = await openBus(daemon.address);
    if (bus === null) throw new Error('No connection to the test bus.');
    const service = await offerService(daemon.address, () => 'silence');
    await service.own('test.Silent');
    const waiting = bus.call(
      { destination: 'test.Silent', path: '/', interface: 'test.Silent', member: 'Wait' },
      { timeoutMs: 20_000 },
    );
    await daemon.close();
    expect(await waiting).toMatchObject({ error: { reason: 'closed' } });
    expect(await openBus(daemon.address)).toBeNull();
  });

  it('is none where something else listens at the address', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-no-bus-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    const server = createServer((socket) => socket.end('REJECTED EXTERNAL\r\n'));
    endings.push(() => void server.close());
    const file = path.join(folder, 'socket');
    await new Promise<void>((resolve) => server.listen(file, resolve));
    expect(await openBus(`unix:path=${file}`)).toBeNull();
  });
});
