import { SOCKETS_PER_USER } from '../../shared/limits.ts';

/** Who is connected, and what they are looking at; a person is the one who signed in, not one they act for. */
export interface Presence {
  /** Takes one of the person's places for a socket. @returns false when all are taken */
  enter(personId: number, socketId: string): Promise<boolean>;
  /** Notes the conversation that the person is looking at there. */
  focus(personId: number, socketId: string, conversationId: number | null): Promise<void>;
  /** Gives the place back. @returns whether the person has no other */
  leave(personId: number, socketId: string): Promise<boolean>;
  /** Whether the person is looking at the conversation at any of their sockets. */
  isFocused(personId: number, conversationId: number): Promise<boolean>;
  /** Gives all places back. */
  close(): Promise<void>;
}

/** One person's sockets on this node, each with the conversation that is looked at there. */
type Places = Map<string, number | null>;

/** The people on this node alone. */
export class LocalPresence implements Presence {
  readonly #people = new Map<number, Places>();

  /** Everybody who is here. */
  get people(): ReadonlyMap<number, ReadonlyMap<string, number | null>> {
    return this.#people;
  }

  enter(personId: number, socketId: string): Promise<boolean> {
    const places: Places = this.#people.get(personId) ?? new Map<string, number | null>();
    if (places.size >= SOCKETS_PER_USER) return Promise.resolve(false);
    this.#people.set(personId, places.set(socketId, null));
    return Promise.resolve(true);
  }

  focus(personId: number, socketId: string, conversationId: number | null): Promise<void> {
    const places = this.#people.get(personId);
    // The socket may have gone while its word was on the way.
    if (places?.has(socketId)) places.set(socketId, conversationId);
    return Promise.resolve();
  }

  leave(personId: number, socketId: string): Promise<boolean> {
    const places = this.#people.get(personId);
    places?.delete(socketId);
    if (places?.size === 0) this.#people.delete(personId);
    return Promise.resolve(!this.#people.has(personId));
  }

  isFocused(personId: number, conversationId: number): Promise<boolean> {
    const places = this.#people.get(personId) ?? new Map<string, number | null>();
    return Promise.resolve([...places.values()].includes(conversationId));
  }

  close(): Promise<void> {
    this.#people.clear();
    return Promise.resolve();
  }
}
