/** What a machine throws out of every call once it is dead. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
}

/** Where, at its next commits, a process dies. */
interface Fate {
  commits: number;
  readonly when: 'before' | 'after';
}

/** One run of a process, from its start to its death: after that nothing it does has any effect. */
export class Life {
  #isAlive = true;
  #fate: Fate | null = null;
  readonly #onDeath: () => void;

  constructor(onDeath: () => void = () => {}) {
    this.#onDeath = onDeath;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  end(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#onDeath();
  }

  /** Throws out of a dead process. */
  check(): void {
    if (!this.#isAlive) throw new KilledError();
  }

  /** Lets the process die right before or right after one of its next commits. */
  endAtCommit(commits: number, when: 'before' | 'after'): void {
    this.#fate = { commits, when };
  }

  /** Takes that fate away. */
  spare(): void {
    this.#fate = null;
  }

  /** Commits by `commit`, unless that is where the process dies. */
  commit<T>(commit: () => T): T {
    this.check();
    const fate = this.#fate;
    if (!fate) return commit();
    fate.commits -= 1;
    if (fate.commits > 0) return commit();
    this.#fate = null;
    if (fate.when === 'before') {
      this.end();
      throw new KilledError();
    }
    commit();
    this.end();
    throw new KilledError();
  }
}

/** Runs something that a process does; its death in the middle of it is no error. */
export function survive<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof KilledError) return undefined;
    throw thrown;
  }
}
