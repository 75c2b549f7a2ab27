/** What helps to find out what went wrong, and holds nothing private: no texts, names, addresses or tokens. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Engine } from '../engine-api.ts';
import type { DesktopView } from '../../shared/desktop.ts';

/** Lines of the log that say how the last starts went. */
const LOG_LINES = 60;

/** The program that speaks of itself. */
export interface Program {
  readonly name: string;
  readonly version: string;
  /** Of the operating system. */
  readonly systemVersion: string;
}

/**
 * The program, the system and the end of the log, which never holds anything private.
 * @param logFile absolute path
 * @param facts lines to put between the two
 */
export function diagnostics(program: Program, logFile: string, facts: readonly string[] = []): string {
  const { electron, chrome } = process.versions;
  const versions = `${program.name} ${program.version}, Electron ${electron}, Chromium ${chrome}`;
  const system = `${process.platform} ${program.systemVersion} ${process.arch}`;
  return [versions, system, ...facts, ...lastLines(logFile)].join('\n');
}

function lastLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES);
  } catch {
    return [];
  }
}

/** How things stand, in numbers and states. */
export function situation(view: ReturnType<Engine['view']>, desktop: DesktopView): readonly string[] {
  const { session, connection, storageProblem, unreadCount } = view;
  const facts = {
    role: session?.user.role ?? null,
    demo: session?.isDemo ?? false,
    remembered: session?.isRemembered ?? null,
    viewing: (session?.impersonator ?? null) !== null,
    connection: connection.phase,
    updated: connection.lastUpdatedAt,
    paused: connection.sendPausedUntil,
    clockOffsetMs: connection.serverTimeOffsetMs,
    waiting: connection.waitingCount,
    unread: unreadCount,
    storage: storageProblem?.code ?? null,
    tray: desktop.hasTray,
    notifies: desktop.canNotify,
    ...desktop.settings,
  };
  return Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`);
}

/** The diagnostics as the settings show them. */
export interface DiagnosticsDesk {
  /** Collects them; what is copied or saved then is exactly this. */
  read(): string;
  /** Asks for a file and writes what was read last; false when the person did not choose one. */
  save(): Promise<Result<{ readonly isSaved: boolean }, ClientError>>;
}

/** Creates the desk. */
export function createDiagnosticsDesk(parts: {
  readonly collect: () => string;
  /** Absolute path of the file to write, or null. */
  readonly askForFile: () => Promise<string | null>;
}): DiagnosticsDesk {
  let shown = '';
  return {
    read: () => {
      shown = parts.collect();
      return shown;
    },
    save: async () => {
      const file = await parts.askForFile();
      if (file === null) return ok({ isSaved: false });
      try {
        writeFileSync(file, `${shown}\n`, { mode: 0o600 });
        return ok({ isSaved: true });
      } catch {
        return fail({ code: 'file_not_saved' });
      }
    },
  };
}
