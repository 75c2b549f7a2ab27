/** Asks how careful a start should be that follows some that failed. */
import { readFileSync } from 'node:fs';
import { app, clipboard, dialog } from 'electron';
import type { Words } from '../../shared/words/words.ts';

/** What the person wants after starts that failed. */
export type StartChoice = 'safe' | 'normal' | 'quit';

const CHOICES = ['safe', 'normal', 'quit'] as const;
/** The button behind the choices. */
const COPY = CHOICES.length;

/** Lines of the log that say how the last starts ended. */
const LOG_LINES = 60;

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
  await clipboard.writeText(diagnostics(logFile));
  return askForStart({ say }, logFile);
}

/** What helps to find out why, and holds nothing private: the log never does. */
function diagnostics(logFile: string): string {
  const { electron, chrome } = process.versions;
  const facts = `${app.getName()} ${app.getVersion()}, Electron ${electron}, Chromium ${chrome}`;
  const system = `${process.platform} ${process.getSystemVersion()} ${process.arch}`;
  return [facts, system, ...lastLines(logFile)].join('\n');
}

function lastLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES);
  } catch {
    return [];
  }
}
