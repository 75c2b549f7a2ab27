/** The part of systemd-logind that tells programs of sleep and shutdown. */
import { offerService, type BusService } from './service.ts';

const NAME = 'org.freedesktop.login1';

/** Says what is about to happen to the computer. */
export interface Logind {
  /** `true` before the computer sleeps, `false` when it is awake again. */
  prepareForSleep(isAboutToSleep: boolean): void;
  /** The computer is about to be shut down. */
  prepareForShutdown(): void;
  close(): void;
}

/** Takes logind's place on the system bus at `address`. Inhibitor locks it does not give. */
export async function startLogind(address: string): Promise<Logind> {
  const service: BusService = await offerService(address, () => null);
  await service.own(NAME);
  const tell = (member: string, value: boolean): void =>
    service.emit(
      { path: '/org/freedesktop/login1', interface: 'org.freedesktop.login1.Manager', member },
      { signature: 'b', body: [value] },
    );
  return {
    prepareForSleep: (isAboutToSleep) => tell('PrepareForSleep', isAboutToSleep),
    prepareForShutdown: () => tell('PrepareForShutdown', true),
    close: () => service.close(),
  };
}
