/** The key that starts a shortcut on this system, as people call it. */
export const COMMAND_KEY = /mac/iu.test(navigator.platform) ? '⌘' : 'Ctrl';
