/** A bell for one listener: rings are never lost, and many rings before somebody listens count as one. */
export interface Signal {
  readonly ring: () => void;
  /** True when it rang since it was last heard. */
  readonly isRung: boolean;
  /** Settles when it has rung, and hushes it. */
  heard(): Promise<void>;
}

/** Makes a silent bell. */
export function createSignal(): Signal {
  let isRung = false;
  let wake: (() => void) | null = null;
  return {
    get isRung() {
      return isRung;
    },
    ring() {
      isRung = true;
      wake?.();
    },
    async heard() {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      wake = null;
      isRung = false;
    },
  };
}
