/**
 * Builds the app once, in order, and stops it in reverse. The only place that knows all parts.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, type BrowserWindow, clipboard, dialog, powerMonitor, safeStorage, session } from 'electron';
import { IPC_CHANGES_CHANNEL } from '../shared/channels.ts';
import type { Change } from '../shared/views.ts';
import { shownLanguage } from '../shared/words/languages.ts';
import { createWords } from '../shared/words/words.ts';
import { createDemo } from './demo/demo.ts';
import { createDemoVisit } from './demo/visit.ts';
import { parseArguments } from './desktop/arguments.ts';
import { errorKind } from './desktop/error-kind.ts';
import { createAppLanguage } from './desktop/language.ts';
import { openLog } from './desktop/log.ts';
import { installMenu } from './desktop/menu.ts';
import { reportPainted } from './desktop/painted.ts';
import { openPreferences } from './desktop/preferences.ts';
import { lockDown, registerAppScheme, serveApp } from './desktop/protocol.ts';
import { prepareProfile } from './desktop/start-up.ts';
import { systemLanguages } from './desktop/system-languages.ts';
import { createVault } from './desktop/vault.ts';
import { windowTitle } from './desktop/title.ts';
import { openWindow, showWindow } from './desktop/window.ts';
import { createEngine } from './engine.ts';
import { createDispatch } from './ipc/dispatch.ts';
import { createHandlers } from './ipc/handlers.ts';
import { createPublisher } from './ipc/publish.ts';
import { registerIpc } from './ipc/register.ts';
import { serverOrigin } from './session/server-address.ts';
import { systemClock } from './sync/clock.ts';
import { openSocket } from './sync/connection.ts';
import { dropHttpConnections } from './sync/http-connections.ts';
import { startUpdateChecks } from './updates/updates.ts';

/** Milliseconds that stopping the demo's processes may take when the person quits. */
const STOP_TIMEOUT_MS = 1_500;

const out = path.join(import.meta.dirname, '..');
const profile = prepareProfile();

// The lock comes before anything opens a file: two writers must never meet in one profile.
if (app.requestSingleInstanceLock()) {
  registerAppScheme();
  app.whenReady().then(compose).catch(giveUp);
} else {
  app.exit(0);
}

/** Without its parts there is no app: says so, instead of leaving an empty window behind. */
function giveUp(error: unknown): void {
  const { say } = createWords(shownLanguage('system', systemLanguages()));
  dialog.showErrorBox(say('dialogs.cannotStart'), say('dialogs.partMissing', { kind: errorKind(error) }));
  app.exit(1);
}

function compose(): void {
  mkdirSync(profile, { recursive: true });
  chmodSync(profile, 0o700);
  const log = openLog(path.join(profile, 'logs'));
  process.on('uncaughtException', (error) => log('app.uncaught', { error: errorKind(error) }));
  process.on('unhandledRejection', (error) => log('app.unhandled', { error: errorKind(error) }));
  const { isDemo, server } = parseArguments(process.argv);
  const preferences = openPreferences(profile, log);
  const language = createAppLanguage({
    choice: preferences.current.language,
    systemTags: systemLanguages(),
    onChosen: (view) => {
      preferences.change({ language: view.choice });
      installMenu(process.platform, language.words);
      publisher.publish([{ type: 'language.changed', language: view }]);
    },
  });

  const demo = createDemo({
    folder: path.join(profile, 'demo'),
    backendEntry: path.join(out, 'backend', 'main.js'),
    peopleEntry: path.join(out, 'main', 'demo-people.js'),
    log,
    onMoved: () => void visit.enter(),
  });
  // What takes longest comes first, and side by side: the demo's backend, then the window's process, while this
  // one opens the databases.
  if (isDemo) void demo.start();
  installMenu(process.platform, language.words);
  serveApp(session.defaultSession, path.join(out, 'renderer'));
  lockDown(session.defaultSession);
  let window: BrowserWindow | null = open();

  const publisher = createPublisher((batch) => window?.webContents.send(IPC_CHANGES_CHANNEL, batch));
  const engine = createEngine({
    dataDir: profile,
    clock: systemClock,
    random: Math.random,
    fetch: globalThis.fetch,
    dropConnections: dropHttpConnections,
    openSocket,
    vault: createVault(safeStorage, process.platform),
    log,
    publish: (changes) => {
      publisher.publish(changes);
      retitle(changes);
    },
  });
  const visit = createDemoVisit(demo, engine);

  const asked = server === null ? null : serverOrigin(server);
  engine.start((origin) => !isDemo && (asked === null || (asked.ok && asked.value === origin)));
  const entering = isDemo ? visit.enter() : Promise.resolve();
  registerIpc({
    dispatch: createDispatch(
      createHandlers({
        engine,
        version: app.getVersion(),
        changeNumber: () => publisher.number,
        // Whoever asked for the demo is not shown a sign-in screen first.
        firstView: entering,
        server,
        demo: visit,
        language,
        painted: reportPainted(log),
        copy: async (text) => await clipboard.writeText(text),
      }),
      log,
    ),
    windowFrame: () => window?.webContents.mainFrame ?? null,
    log,
  });

  powerMonitor.on('resume', () => engine.onResume());
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => app.quit());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  app.once('will-quit', (event) => {
    event.preventDefault();
    engine.stop();
    const timeout = new Promise((resolve) => setTimeout(resolve, STOP_TIMEOUT_MS));
    void Promise.race([visit.leave(), timeout]).finally(() => app.exit());
  });
  void startUpdateChecks(log);

  function open(): BrowserWindow {
    const opened = openWindow({
      preload: path.join(out, 'preload', 'preload.cjs'),
      icon: path.join(out, '..', 'resources', 'icon.png'),
      title: windowTitle(0),
      log,
    });
    opened.on('focus', () => engine.onWindowFocus());
    opened.once('closed', () => {
      window = null;
    });
    return opened;
  }

  function show(): void {
    if (window === null) {
      window = open();
      window.setTitle(windowTitle(engine.view().unreadCount));
    } else {
      showWindow(window);
    }
  }

  function retitle(changes: readonly Change[]): void {
    const countMayDiffer = changes.some(({ type }) =>
      ['unread.changed', 'session.changed', 'reset'].includes(type),
    );
    if (countMayDiffer) window?.setTitle(windowTitle(engine.view().unreadCount));
  }
}
