/** Starting with the person's session. Electron knows how on macOS and Windows; on Linux it is a file. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Switch that starts the app without its window, where there is a tray. */
export const HIDDEN_SWITCH = '--hidden';

/** What {@link setAutostartFile} needs. */
export interface AutostartParts {
  /** `$XDG_CONFIG_HOME`, absolute. */
  readonly configHome: string;
  /** Name of the `.desktop` file without its ending. */
  readonly desktopEntry: string;
  readonly appName: string;
  /** Absolute path of the program, or of the AppImage that it runs from. */
  readonly program: string;
}

/** Writes or removes the app's own entry; others are left alone. Throws what the file system throws. */
export function setAutostartFile(parts: AutostartParts, isWanted: boolean): void {
  const folder = path.join(parts.configHome, 'autostart');
  const file = path.join(folder, `${parts.desktopEntry}.desktop`);
  if (!isWanted) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true });
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${parts.appName}`,
    `Exec=${quoted(parts.program)} ${HIDDEN_SWITCH}`,
    'X-GNOME-Autostart-enabled=true',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
}

/** As the desktop entry specification quotes arguments: `"`, `` ` ``, `$` and `\` escaped, `%` doubled. */
function quoted(program: string): string {
  // The file's own string escaping takes one layer of backslashes off again.
  const escaped = program.replaceAll(/["`$\\]/g, String.raw`\\$&`).replaceAll('%', '%%');
  return `"${escaped}"`;
}
