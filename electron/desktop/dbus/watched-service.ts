/** Whether somebody offers a service on the bus, from the first answer on and with every change. */
import { type Bus, BUS_SERVICE } from './bus.ts';

/** Asks once and then listens; `tell` hears the first answer and each time that the service comes, goes or moves. */
export function watchService(bus: Bus, name: string, tell: (isThere: boolean) => void): void {
  let isKnown = false;
  void bus.listen(
    {
      sender: BUS_SERVICE.destination,
      interface: BUS_SERVICE.interface,
      member: 'NameOwnerChanged',
      firstArgument: name,
    },
    ([, , newOwner]) => {
      isKnown = true;
      tell(newOwner !== '');
    },
  );
  void bus
    .call({ ...BUS_SERVICE, member: 'NameHasOwner' }, { signature: 's', body: [name] })
    .then((answer) => {
      if (!isKnown) tell(answer.ok && answer.value[0] === true);
    });
}
