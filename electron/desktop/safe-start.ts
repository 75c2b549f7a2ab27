/** Asks how careful a start should be that follows some that failed. */
import { clipboard, dialog } from 'electron';
import type { Words } from '../../shared/words/words.ts';
import { diagnostics } from './diagnostics.ts';
import { thisProgram } from './program.ts';

/** What the person wants after starts that failed. */
export type StartChoice = 'safe' | 'normal' | 'quit';

const CHOICES = ['safe', 'normal', 'quit'] as const;
/** The button behind the choices. */
const COPY = CHOICES.length;

/**
 * Asks, without a window of the app's own: that may be what fails.
 * @param logFile absolute path of the app's log, whose end is part of the diagnostics that can be copied
 */
export async function askForStart({ say }: Pick<Words, 'say'>, logFile: string): Promise<StartChoice> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: say('safeStart.title'),
    message: say('safeStart.title'),
    detail: say('safeStart.text'),
    buttons: [say('safeStart.safe'), say('safeStart.normal'), say('tray.quit'), say('safeStart.copy')],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  if (response !== COPY) return CHOICES[response] ?? 'quit';
  await clipboard.writeText(diagnostics(thisProgram(), logFile));
  return askForStart({ say }, logFile);
}
