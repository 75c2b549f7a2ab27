/** A Debian package on this system: installed by dpkg where that is possible, unpacked into a folder elsewhere. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PACKAGE = 'trainer-inbox';

/** Where the package's files are. */
export interface Installation {
  /** By dpkg, into the system; only root can, and only where the app is not installed already. */
  readonly isReal: boolean;
  /** The folder that stands for `/`. */
  readonly root: string;
  /** Folder of the app. */
  readonly folder: string;
  readonly executable: string;
  /** What dpkg says of it: `installed 1.0.0`; null when it is not installed by dpkg. */
  status(): string | null;
  /** Takes it away; what is left of it is its configuration and the person's own files. */
  remove(): void;
}

function statusOf(): string | null {
  const query = ['-W', '-f', '${db:Status-Status} ${Version}', PACKAGE];
  const { status, stdout } = spawnSync('dpkg-query', query, { encoding: 'utf8' });
  return status === 0 && stdout.startsWith('installed') ? stdout : null;
}

/** Installs it. */
export function install(deb: string): Installation {
  const isReal = process.getuid?.() === 0 && statusOf() === null;
  const root = isReal ? '/' : mkdtempSync(path.join(tmpdir(), 'trainer-inbox-root-'));
  if (isReal) execFileSync('dpkg', ['--install', deb], { stdio: 'pipe' });
  else execFileSync('dpkg-deb', ['--extract', deb, root]);
  const folder = path.join(root, 'opt', 'Trainer Inbox');
  return {
    isReal,
    root,
    folder,
    executable: path.join(folder, 'trainer-inbox'),
    status: statusOf,
    remove: () => {
      if (isReal) execFileSync('dpkg', ['--purge', PACKAGE], { stdio: 'pipe' });
      else rmSync(root, { recursive: true, force: true });
    },
  };
}
