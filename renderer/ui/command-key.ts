import type { Say } from '../../shared/words/words.ts';

/** The key that starts a shortcut on this system, as people call it. */
export function commandKey(say: Say): string {
  return /mac/iu.test(navigator.platform) ? '⌘' : say('keys.control');
}
