/** New versions of the app, as the window shows them. */

/**
 * Why there was no update. `untrusted`: not signed by the app's maker, or not to be understood. `damaged`: what was
 * downloaded is not what was announced.
 */
export type UpdateProblem = 'unreachable' | 'untrusted' | 'damaged' | 'disk_full' | 'failed';

/** How far an update is. Only `idle` and `manual` may be left by the person's "Check now". */
export type UpdateView =
  /** This copy of the app is not one that updates itself. */
  | { readonly phase: 'off' }
  /** `checkedAt`: ISO time of the last check that got through, by this computer's clock, or null. */
  | { readonly phase: 'idle'; readonly checkedAt: string | null; readonly problem: UpdateProblem | null }
  | { readonly phase: 'checking' }
  /** `percent`: whole, 0 to 100. */
  | { readonly phase: 'downloading'; readonly version: string; readonly percent: number }
  /** Downloaded and verified; a restart installs it. */
  | { readonly phase: 'ready'; readonly version: string }
  | { readonly phase: 'installing'; readonly version: string }
  /** It could not be installed from here; the verified file is kept, and `command` installs it in a terminal. */
  | {
      readonly phase: 'manual';
      readonly version: string;
      readonly command: string;
      /** Absolute folder of the file. */
      readonly folder: string;
    };
