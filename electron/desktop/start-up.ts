import path from 'node:path';
import { app } from 'electron';

/**
 * Chromium's own housekeeping that would talk to hosts of its maker. The app speaks to the person's
 * server and to nobody else.
 */
const QUIET_SWITCHES = [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'no-pings',
] as const;

/**
 * Settles what must be settled before the app is ready: where its files are, and what Chromium may do.
 * @returns the absolute folder of all that this profile keeps.
 */
export function prepareProfile(): string {
  const asked = app.commandLine.getSwitchValue('user-data-dir');
  const folder = asked === '' ? app.getPath('userData') : path.resolve(asked);
  app.setPath('userData', folder);
  app.setPath('sessionData', folder);
  for (const name of QUIET_SWITCHES) app.commandLine.appendSwitch(name);
  return folder;
}
