import { app } from 'electron';

/** BCP 47 tags of the person's languages, the most wanted first; `--lang` comes before what the system says. */
export function systemLanguages(): readonly string[] {
  const asked = app.commandLine.getSwitchValue('lang');
  return [...(asked === '' ? [] : [asked]), ...app.getPreferredSystemLanguages()];
}
