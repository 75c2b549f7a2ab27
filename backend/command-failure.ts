/** Something that was asked for rightly and cannot be done; the message is one sentence for the operator. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
