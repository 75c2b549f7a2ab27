/** What people did, as they remember it: the measure for everything that the machines say. */
import type { Device } from './device.ts';

/** A message that somebody wrote; every text is written once. */
export interface Written {
  readonly clientMessageId: string;
  readonly device: Device;
  readonly peerId: number;
  readonly content: string;
  /** Place in the order of writing; a refused message that is retried is written anew. */
  order: number;
  /** `uncertain`: the app died before it said that the message was queued. */
  state: 'queued' | 'uncertain' | 'discarded';
  /** On the server, as far as the last look at it showed. */
  isStored: boolean;
  /** The server refused it, or the app did when the relation ended: others need not wait for it any more. */
  wasRefused: boolean;
  /** It was on the server, and a restored backup took it away. */
  wasLost: boolean;
}

export class Violation extends Error {
  override readonly name = 'Violation';
}

export class Ledger {
  readonly written = new Map<string, Written>();
  readonly byContent = new Map<string, Written>();
  /** Pairs of people, as `trainer trainee`, between whom a relation has ended at some time. */
  readonly partedPairs = new Set<string>();
  readonly #marked = new Map<string, number>();
  #order = 0;

  #nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  write(part: Pick<Written, 'clientMessageId' | 'device' | 'peerId' | 'content' | 'state'>): void {
    const written = { ...part, order: this.#nextOrder(), isStored: false, wasRefused: false, wasLost: false };
    this.written.set(part.clientMessageId, written);
    this.byContent.set(part.content, written);
  }

  /** The person tries a refused message again. */
  writeAnew(written: Written): void {
    written.order = this.#nextOrder();
    written.wasRefused = false;
  }

  /** Somebody looked at the messages of `peerId` up to this one. */
  mark(userId: number, peerId: number, seq: number): void {
    const key = `${userId} ${peerId}`;
    this.#marked.set(key, Math.max(seq, this.#marked.get(key) ?? 0));
  }

  /** The furthest that `userId` has ever looked at the messages of `peerId`. */
  markedBy(userId: number, peerId: number): number {
    return this.#marked.get(`${userId} ${peerId}`) ?? 0;
  }
}
