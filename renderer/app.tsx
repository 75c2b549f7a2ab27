import { useEffect, type ReactNode } from 'react';
import type { AppView, ConversationView, SessionView } from '../shared/views.ts';
import { call } from './bridge.ts';
import { Banners } from './banners.tsx';
import { Chat, NoThread } from './chat/chat.tsx';
import { NotificationNotice } from './desktop/notification-notice.tsx';
import { RunNotice } from './desktop/run-notice.tsx';
import { TrayIntroduction } from './desktop/tray-introduction.tsx';
import { useAppView, useConversations } from './data/queries.ts';
import { ConversationList } from './inbox/conversation-list.tsx';
import { useFocusKeeper } from './keyboard/focus.ts';
import { Overlays } from './keyboard/overlays.tsx';
import { useShortcuts } from './keyboard/use-shortcuts.ts';
import { Rail, usePanel } from './rail.tsx';
import { SignIn } from './session/sign-in.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';
import { TraineesScreen } from './trainees/trainees-screen.tsx';
import { TrainersScreen } from './trainers/trainers-screen.tsx';
import { ErrorState } from './ui/states.tsx';
import { useUi } from './ui-state.ts';

/** Tells the shell once that this screen is really on the glass. */
function usePaintedReport(screen: 'inbox' | 'sign-in', isComplete: boolean): void {
  useEffect(() => {
    if (!isComplete) return;
    // The first frame request runs before the paint, the second one after it.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => void call('window.painted', { screen }));
    });
    return () => cancelAnimationFrame(frame);
  }, [isComplete, screen]);
}

function MessagesScreen({ session }: { readonly session: SessionView }) {
  const openPeerId = useUi((state) => state.openPeerId);
  const isOpen = openPeerId !== null;
  const { role } = session.user;
  return (
    <div className="flex h-full min-h-0">
      <div
        className={`h-full w-full shrink-0 border-line wide:block wide:w-75 wide:border-r ${isOpen ? 'hidden' : ''}`}
      >
        <ConversationList session={session} />
      </div>
      <div className={`h-full min-w-0 grow wide:block ${isOpen ? '' : 'hidden'}`}>
        {isOpen ? <Chat peerId={openPeerId} role={role} /> : <NoThread />}
      </div>
    </div>
  );
}

interface SignedInProps {
  readonly view: AppView;
  readonly session: SessionView;
}

interface FrameProps extends SignedInProps {
  /** The rail gives its place to the thread in a narrow window. */
  readonly hidesRail?: boolean;
  readonly children: ReactNode;
}

/** What is around every screen. */
function Frame({ view, session, hidesRail = false, children }: FrameProps) {
  const { role } = session.user;
  return (
    <div className="flex h-full flex-col">
      <Banners view={view} session={session} />
      <RunNotice run={view.run} />
      <NotificationNotice desktop={view.desktop} />
      <div className="flex min-h-0 grow flex-col-reverse wide:flex-row">
        <div className={hidesRail ? 'hidden wide:flex' : 'flex flex-col wide:flex-row'}>
          <Rail role={role} view={view} />
        </div>
        <div className="min-h-0 min-w-0 grow">{children}</div>
      </div>
      <Overlays role={role} />
      <TrayIntroduction />
    </div>
  );
}

function InboxScreen({ view, session }: SignedInProps) {
  const panel = usePanel(session.user.role);
  const isThreadOpen = useUi((state) => state.openPeerId !== null);
  const conversations = useConversations();
  useShortcuts(session.user.role, conversations.data ?? []);
  usePaintedReport('inbox', conversations.data !== undefined);
  return (
    <Frame view={view} session={session} hidesRail={panel === 'messages' && isThreadOpen}>
      {panel === 'messages' ? <MessagesScreen session={session} /> : null}
      {panel === 'trainees' ? <TraineesScreen /> : null}
      {panel === 'settings' ? <SettingsScreen view={view} session={session} /> : null}
    </Frame>
  );
}

const NO_CONVERSATIONS: readonly ConversationView[] = [];

function AdminScreen({ view, session }: SignedInProps) {
  const panel = usePanel('admin');
  useShortcuts('admin', NO_CONVERSATIONS);
  usePaintedReport('inbox', true);
  return (
    <Frame view={view} session={session}>
      {panel === 'settings' ? <SettingsScreen view={view} session={session} /> : <TrainersScreen />}
    </Frame>
  );
}

function SignInScreen({ view }: { readonly view: AppView }) {
  usePaintedReport('sign-in', true);
  return (
    <div className="flex h-full flex-col">
      <RunNotice run={view.run} />
      <div className="min-h-0 grow">
        <SignIn signIn={view.signIn} storageProblem={view.storageProblem} />
      </div>
    </div>
  );
}

/** The whole window. */
export function App({ onRetry }: { readonly onRetry: () => void }) {
  const view = useAppView();
  const startProblem = useUi((state) => state.startProblem);
  useFocusKeeper();
  if (view === undefined) {
    return startProblem === null ? null : <ErrorState error={startProblem} onRetry={onRetry} />;
  }
  if (view.session === null) return <SignInScreen view={view} />;
  const { server, user } = view.session;
  const Screen = user.role === 'admin' ? AdminScreen : InboxScreen;
  return <Screen key={`${server} ${user.id}`} view={view} session={view.session} />;
}
