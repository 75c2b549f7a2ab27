import { Server } from 'socket.io';

/** The parser of the very Socket.IO that runs here; on its own it would be another package to keep in step. */
const {
  _parser: { Encoder, Decoder },
} = new Server();

/** Socket.IO's decoder hangs up on a packet that it cannot read; this one passes over it, as over a broken event. */
class LenientDecoder extends Decoder {
  override add(packet: unknown): void {
    try {
      super.add(packet);
    } catch {
      // Forgets a packet whose binary parts never came: it would spoil all that follow.
      this.destroy();
    }
  }
}

/** How packets are written and read on the sockets: as Socket.IO does, without hanging up on broken ones. */
export const packetParser = { Encoder, Decoder: LenientDecoder };
