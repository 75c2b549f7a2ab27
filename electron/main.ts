/**
 * Builds the app once, in order, and stops it in reverse. The only place that knows all parts.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, clipboard, dialog, powerMonitor, safeStorage, session, shell } from 'electron';
import type { Change } from '../shared/views.ts';
import { shownLanguage } from '../shared/words/languages.ts';
import { createWords } from '../shared/words/words.ts';
import { createDemo } from './demo/demo.ts';
import { createDemoVisit } from './demo/visit.ts';
import { parseArguments } from './desktop/arguments.ts';
import { closeAction } from './desktop/close-policy.ts';
import { attachContextMenu } from './desktop/context-menu.ts';
import { conversationInArguments, linkedConversation } from './desktop/deep-links.ts';
import { confineAll } from './desktop/confine.ts';
import { createDiagnosticsDesk, diagnostics, situation } from './desktop/diagnostics.ts';
import { createDesktop } from './desktop/desktop.ts';
import { errorKind } from './desktop/error-kind.ts';
import { APP_ID } from './desktop/identity.ts';
import { createLinkOpener } from './desktop/external-links.ts';
import { createInboxWindow } from './desktop/inbox-window.ts';
import { createAppLanguage } from './desktop/language.ts';
import { createLifeCycle } from './desktop/life-cycle.ts';
import { LOG_FILE, openLog } from './desktop/log.ts';
import { installMenu } from './desktop/menu.ts';
import { createPaintedReport } from './desktop/painted.ts';
import { offlineFetch, openOfflineSocket } from './desktop/offline.ts';
import { createPlaceKeeper } from './desktop/place.ts';
import { createPlatform } from './desktop/platform.ts';
import { openPreferences } from './desktop/preferences.ts';
import { registerAppScheme, serveApp } from './desktop/protocol.ts';
import { createRun } from './desktop/run.ts';
import { askForStart } from './desktop/safe-start.ts';
import { guardStart, type StartGuard } from './desktop/start-guard.ts';
import { thisProgram } from './desktop/program.ts';
import { prepareProfile } from './desktop/start-up.ts';
import { systemLanguages } from './desktop/system-languages.ts';
import { loadTrayImages } from './desktop/tray-images.ts';
import { createTray } from './desktop/tray.ts';
import { troubleAsset } from './desktop/trouble-page.ts';
import { createVault } from './desktop/vault.ts';
import { windowTitle } from './desktop/title.ts';
import { openWindow } from './desktop/window.ts';
import { createZoom } from './desktop/zoom.ts';
import { createEngine } from './engine.ts';
import { createDispatch } from './ipc/dispatch.ts';
import { createHandlers } from './ipc/handlers.ts';
import { createPublisher } from './ipc/publish.ts';
import { registerIpc } from './ipc/register.ts';
import { createAgent, fetchSettings } from './network/agents.ts';
import { createConnector } from './network/connector.ts';
import { serverOrigin } from './session/server-address.ts';
import { systemClock } from './sync/clock.ts';
import { createSocketFactory } from './sync/connection.ts';
import { dropHttpConnections } from './sync/http-connections.ts';
import { createAppUpdates } from './updates/app-updates.ts';

/** A start that stays in the tray waits this long, in milliseconds, to hear whether there is one. */
const TRAY_KNOWN_MS = 1_000;

const out = path.join(import.meta.dirname, '..');
const resources = path.join(out, '..', 'resources');
const profile = prepareProfile();
// Notifications and the taskbar go by it; Windows wants to know it before anything is shown.
if (process.platform === 'win32') app.setAppUserModelId(APP_ID);

// The lock comes before anything opens a file: two writers must never meet in one profile.
if (app.requestSingleInstanceLock()) {
  registerAppScheme();
  confineAll(app);
  const guard = guardStart(profile, Date.now());
  // Graphics can be done without only if that is said before anything is drawn.
  if (guard.isLooping) app.disableHardwareAcceleration();
  app
    .whenReady()
    .then(() => begin(guard))
    .catch(giveUp);
} else {
  app.exit(0);
}

/** Without its parts there is no app: says so, instead of leaving an empty window behind. */
function giveUp(error: unknown): void {
  const { say } = createWords(shownLanguage('system', systemLanguages()));
  dialog.showErrorBox(say('dialogs.cannotStart'), say('dialogs.partMissing', { kind: errorKind(error) }));
  app.exit(1);
}

/** After starts that failed, the person decides how careful this one is. */
async function begin(guard: StartGuard): Promise<void> {
  const choice = guard.isLooping
    ? await askForStart(
        createWords(shownLanguage('system', systemLanguages())),
        path.join(profile, 'logs', LOG_FILE),
      )
    : 'normal';
  if (choice === 'quit') app.exit(0);
  else compose(guard, choice === 'safe');
}

function compose(guard: StartGuard, isSafeStart: boolean): void {
  mkdirSync(profile, { recursive: true });
  chmodSync(profile, 0o700);
  const logFile = path.join(profile, 'logs', LOG_FILE);
  const log = openLog(path.dirname(logFile));
  const run = createRun({ isSafeStart, log, publish });
  process.on('uncaughtException', (error) => run.noteFailure('main', error));
  process.on('unhandledRejection', (error) => run.noteFailure('rejection', error));
  const { isDemo, server, isHidden } = parseArguments(process.argv);
  const preferences = openPreferences(profile, log);
  const language = createAppLanguage({
    choice: preferences.current.language,
    systemTags: systemLanguages(),
    onChosen: (view) => {
      preferences.change({ language: view.choice });
      installMenu(process.platform, language.words, zoom.step);
      desktop.refresh();
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
  const zoom = createZoom({
    platform: process.platform,
    remembered: () => preferences.current.zoom,
    remember: (factor) => preferences.change({ zoom: factor }),
    contents: () => window.current()?.webContents ?? null,
  });
  installMenu(process.platform, language.words, zoom.step);
  serveApp(session.defaultSession, path.join(out, 'renderer'), (url) => troubleAsset(language.words, url));
  const images = loadTrayImages(path.join(resources, 'tray'), process.platform);
  const platform = createPlatform({
    platform: process.platform,
    images,
    words: () => language.words,
    icon: path.join(resources, 'icon.png'),
    log,
  });
  const lifeCycle = createLifeCycle(async () => {
    updates.stop();
    place.stop();
    engine.stop();
    await Promise.all([desktop.stop(), visit.leave()]);
  });
  void platform.watchShutdown(lifeCycle.quit);
  let tellTray: (hasTray: boolean) => void = () => {};
  const trayKnown = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), TRAY_KNOWN_MS);
    tellTray = resolve;
  });
  const window = createInboxWindow({
    open: (bounds, isMaximized) =>
      openWindow({
        preload: path.join(out, 'preload', 'preload.cjs'),
        icon: path.join(resources, 'icon.png'),
        title: windowTitle(0),
        bounds,
        isMaximized,
        checksSpelling: process.platform === 'darwin',
        mayShow: async () => !isHidden || !(await trayKnown),
        log,
        restart: lifeCycle.restart,
      }),
    remembered: () => preferences.current.window,
    remember: (state) => preferences.change({ window: state }),
    closeAction: () =>
      closeAction({
        platform: process.platform,
        isQuitting: lifeCycle.isQuitting(),
        isSignedIn: engine.view().session !== null,
        closesToTray: preferences.current.desktop.closeToTray,
        hasTray: desktop.view().hasTray,
        knowsTray: preferences.current.knowsTray,
      }),
    introduceTray: () => publisher.publish([{ type: 'tray.introduced' }]),
    onOpened: (opened) => {
      platform.attach(opened);
      lifeCycle.attach(opened);
      zoom.attach(opened.webContents);
      attachContextMenu(opened.webContents, () => language.words);
      opened.on('focus', () => engine.onWindowFocus());
      opened.webContents.on('did-start-loading', () => desktop.forgetPage());
      opened.once('closed', () => desktop.forgetPage());
    },
  });
  window.open();

  const connect = createConnector({ resolveProxy: (url) => session.defaultSession.resolveProxy(url) });
  const dropConnections = (): void => dropHttpConnections(fetchSettings(connect));
  // Also the first ones are made as the system wants them.
  dropConnections();
  const publisher = createPublisher(window.send);
  const place = createPlaceKeeper({
    session: () => engine.view().session,
    remembered: () => preferences.current.place,
    remember: (where) => preferences.change({ place: where }),
  });
  const reportPainted = createPaintedReport(log);
  let isPainted = false;
  const engine = createEngine({
    dataDir: profile,
    clock: systemClock,
    random: Math.random,
    fetch: isSafeStart ? offlineFetch : globalThis.fetch,
    dropConnections,
    openSocket: isSafeStart
      ? openOfflineSocket
      : createSocketFactory((origin) => createAgent(connect, origin)),
    vault: createVault(safeStorage, process.platform),
    log,
    publish,
    notify: (messages) => desktop.notify(messages),
  });
  const visit = createDemoVisit(demo, engine);
  const desktop = createDesktop({
    clock: systemClock,
    engine,
    window,
    preferences,
    words: () => language.words,
    publish,
    createNotifier: platform.createNotifier,
    createTray: (state) => createTray(images, { open: window.show, pause, quit: lifeCycle.quit }, state),
    badge: platform.badge,
    hasTrayAlways: platform.hasTrayAlways,
    setStartAtLogin: platform.setStartAtLogin,
  });
  const updates = createAppUpdates({
    clock: systemClock,
    random: Math.random,
    isSending: () => engine.view().connection.waitingCount > 0,
    onChange: (view) => publish([{ type: 'updates.changed', updates: view }]),
    aboutToQuit: lifeCycle.aboutToQuit,
    log,
  });
  platform.watchTray((hasTray) => {
    desktop.setTray(hasTray);
    tellTray(hasTray);
  });

  const asked = server === null ? null : serverOrigin(server);
  engine.start((origin) => !isDemo && (asked === null || (asked.ok && asked.value === origin)));
  const linked = conversationInArguments(process.argv);
  if (linked !== null) desktop.startAt(linked);
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
        desktop,
        updates,
        closeWindow: (choice) => {
          preferences.change({ knowsTray: true });
          if (choice === 'quit') lifeCycle.quit();
          else window.hide();
        },
        painted: (screen) => {
          reportPainted(screen);
          isPainted = true;
          judgeStart();
        },
        run,
        place,
        restart: lifeCycle.restart,
        diagnostics: createDiagnosticsDesk({
          collect: () => diagnostics(thisProgram(), logFile, situation(engine.view(), desktop.view())),
          askForFile: async () => {
            const title = language.words.say('diagnostics.save');
            const { filePath } = await dialog.showSaveDialog({
              title,
              defaultPath: 'trainer-inbox-diagnostics.txt',
            });
            return filePath === '' ? null : filePath;
          },
        }),
        openLink: createLinkOpener((address) => shell.openExternal(address), log),
        copy: async (text) => await clipboard.writeText(text),
      }),
      log,
    ),
    windowFrame: () => window.current()?.webContents.mainFrame ?? null,
    log,
  });

  powerMonitor.on('suspend', () => engine.onSuspend());
  powerMonitor.on('resume', () => {
    engine.onResume();
    desktop.refresh();
  });
  app.on('second-instance', (_event, argv) => follow(conversationInArguments(argv)));
  app.on('open-url', (_event, link) => follow(linkedConversation(link)));
  app.on('activate', window.show);
  updates.start();

  function publish(changes: readonly Change[]): void {
    publisher.publish(changes);
    desktop.follow(changes);
    place.follow(changes);
    judgeStart();
  }

  /** A start is a good one when the window is there and the first exchange with the server was survived. */
  function judgeStart(): void {
    const { session: account, connection } = engine.view();
    const isQuiet = account === null || (connection.phase !== 'connecting' && !engine.isCatchingUp());
    if (isPainted && isQuiet) guard.succeeded();
  }

  function pause(length: Parameters<typeof desktop.pause>[0]): void {
    desktop.pause(length);
  }

  /** Whoever starts the app again wants to see it, with or without a link. */
  function follow(conversationId: number | null): void {
    if (conversationId === null) window.show();
    else desktop.openConversation(conversationId);
  }
}
