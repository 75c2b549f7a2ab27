import type { IpcHandlers, IpcInput } from '../../shared/ipc.ts';
import { ok } from '../../shared/result.ts';
import type { Desktop } from '../desktop/desktop.ts';
import type { DiagnosticsDesk } from '../desktop/diagnostics.ts';
import type { OpenLink } from '../desktop/external-links.ts';
import type { AppLanguage } from '../desktop/language.ts';
import type { DemoVisit } from '../demo/visit.ts';
import type { PlaceKeeper } from '../desktop/place.ts';
import type { Run } from '../desktop/run.ts';
import type { Engine } from '../engine-api.ts';
import type { Updates } from '../updates/updates.ts';

/** What the shell adds to the engine's own handlers. */
export interface ShellParts {
  readonly engine: Engine;
  readonly version: string;
  /** Number of the newest published batch. */
  readonly changeNumber: () => number;
  /** Settles when the first view may be shown (the demo signs in before the window asks). */
  readonly firstView: Promise<unknown>;
  /** Server to offer on the sign-in screen instead of the last one, or null. */
  readonly server: string | null;
  readonly demo: DemoVisit;
  readonly language: Pick<AppLanguage, 'view' | 'choose'>;
  readonly desktop: Pick<Desktop, 'view' | 'configure' | 'pause' | 'test' | 'lookAt' | 'takeRequestedPeer'>;
  readonly updates: Pick<Updates, 'view' | 'check' | 'install'>;
  /** What the person chose when the window was closed for the first time. */
  readonly closeWindow: (choice: IpcInput<'window.close'>['choice']) => void;
  readonly painted: (screen: IpcInput<'window.painted'>['screen']) => void;
  /** Opens a link of a message in the browser. */
  readonly openLink: OpenLink;
  readonly diagnostics: DiagnosticsDesk;
  readonly run: Pick<Run, 'view' | 'noteFailure'>;
  readonly place: Pick<PlaceKeeper, 'current' | 'keep'>;
  /** Ends the app and starts it again. */
  readonly restart: () => void;
  /** Puts text on the clipboard. */
  readonly copy: (text: string) => Promise<void>;
}

/** Composes the full set of handlers: the engine's, and the few calls that the shell answers itself. */
export function createHandlers(parts: ShellParts): IpcHandlers {
  const { engine, demo } = parts;
  return {
    ...engine.handlers,
    'app.view': async () => {
      await parts.firstView;
      const view = engine.view();
      const signIn = parts.server === null ? view.signIn : { ...view.signIn, server: parts.server };
      return ok({
        ...view,
        signIn,
        changeNumber: parts.changeNumber(),
        language: parts.language.view,
        version: parts.version,
        desktop: parts.desktop.view(),
        updates: parts.updates.view,
        requestedPeerId: parts.desktop.takeRequestedPeer(),
        place: parts.place.current(),
        run: parts.run.view(),
      });
    },
    'session.signIn': async (input) => {
      const result = await engine.handlers['session.signIn'](input);
      if (result.ok) await demo.leave();
      return result;
    },
    'session.exploreDemo': () => demo.enter(),
    'session.signOut': async (input) => {
      const result = await engine.handlers['session.signOut'](input);
      if (result.ok && result.value.isSignedOut) await demo.leave();
      return result;
    },
    'demo.reset': () => demo.reset(),
    'window.painted': ({ screen }) => {
      parts.painted(screen);
      return ok(null);
    },
    'language.choose': ({ choice }) => {
      parts.language.choose(choice);
      return ok(null);
    },
    'focus.set': (input) => {
      parts.desktop.lookAt(input.peerId);
      return engine.handlers['focus.set'](input);
    },
    'desktop.configure': (settings) => {
      parts.desktop.configure(settings);
      return ok(null);
    },
    'desktop.pause': ({ length }) => {
      parts.desktop.pause(length);
      return ok(null);
    },
    'notifications.test': async () => ok({ wasShown: await parts.desktop.test() }),
    'updates.check': () => {
      void parts.updates.check();
      return ok(null);
    },
    'updates.install': () => {
      void parts.updates.install();
      return ok(null);
    },
    'window.close': ({ choice }) => {
      parts.closeWindow(choice);
      return ok(null);
    },
    'diagnostics.read': () => ok({ text: parts.diagnostics.read() }),
    'diagnostics.save': () => parts.diagnostics.save(),
    'link.open': ({ link }) => parts.openLink(link),
    'place.keep': (place) => {
      parts.place.keep(place);
      return ok(null);
    },
    'window.failed': ({ kind }) => {
      parts.run.noteFailure('window', kind);
      return ok(null);
    },
    'app.restart': () => {
      parts.restart();
      return ok(null);
    },
    'clipboard.write': async ({ text }) => {
      await parts.copy(text);
      return ok(null);
    },
  };
}
