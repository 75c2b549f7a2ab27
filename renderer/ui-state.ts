/** What the window remembers that is not data: where the person is, and what they are typing. */
import type { VirtualItem } from '@tanstack/react-virtual';
import { create } from 'zustand';
import type { ClientError } from '../shared/errors.ts';
import type { ConversationFilter, Panel, Place } from '../shared/place.ts';

/** A dialog over everything else: opened by a shortcut, or by closing the window. */
export type Overlay = 'switcher' | 'shortcuts' | 'tray';

/** What gets the keyboard when a thread opens. */
export type ThreadFocus = 'composer' | 'list';

/** Where a reader was in a thread when they left it. */
export interface ThreadPlace {
  /** Key of the row at the upper edge of the view. */
  readonly key: string;
  /** Pixels of that row above the edge. */
  readonly offset: number;
  /** Heights that are known. */
  readonly sizes: readonly VirtualItem[];
}

/** Text on its way to the outbox: still in the composer until the message is on disk. */
interface HandedText {
  readonly clientMessageId: string;
  readonly text: string;
}

interface UiValues {
  /** Why the app's state could not be read, if so. */
  readonly startProblem: ClientError | null;
  readonly panel: Panel;
  /** The person whose thread is open, or null. */
  readonly openPeerId: number | null;
  readonly threadFocus: ThreadFocus;
  /** The trainee whose page is open, or null for the list. */
  readonly openTraineeId: number | null;
  /** The trainee whose page was open last: where the keyboard returns to in their list. */
  readonly lastTraineeId: number | null;
  readonly filter: ConversationFilter;
  readonly overlay: Overlay | null;
  /** The person has seen that this session will not be remembered. */
  readonly isHintDismissed: boolean;
  /** Unsent composer text by peer; in memory only, by the spec. */
  readonly drafts: Readonly<Record<number, string>>;
  readonly handed: Readonly<Record<number, HandedText>>;
  /** Text that the outbox did not take: it may have done so all the same, so its id is kept. */
  readonly returned: Readonly<Record<number, HandedText>>;
  /** People who are typing to us now. */
  readonly typing: Readonly<Record<number, true>>;
  /** Where the reader was in threads that were left above their end. */
  readonly places: Readonly<Record<number, ThreadPlace>>;
  /** The uppermost message in view, unless the reader is at the end. */
  readonly reading: Place['reading'];
  /** Where a thread is to stand when it opens in a page that follows one that crashed. */
  readonly resumeAt: Place['reading'];
}

interface UiActions {
  readonly showPanel: (panel: Panel) => void;
  /** Shows a thread; the composer gets the keyboard unless the list is to keep it. */
  readonly openThread: (peerId: number, focus?: ThreadFocus) => void;
  readonly closeThread: () => void;
  readonly openTrainee: (traineeId: number | null) => void;
  readonly setFilter: (filter: ConversationFilter) => void;
  readonly setOverlay: (overlay: Overlay | null) => void;
  readonly dismissHint: () => void;
  readonly setDraft: (peerId: number, text: string) => void;
  /** Marks the composer's text as handed to the outbox under this id. */
  readonly handOver: (peerId: number, handed: HandedText) => void;
  /** The message is on disk: its text leaves the composer, whatever was typed since stays. */
  readonly releaseHanded: (peerId: number, clientMessageId: string) => void;
  /** The message was not accepted: its text stays. */
  readonly returnHanded: (peerId: number) => void;
  readonly setTyping: (peerId: number, isTyping: boolean) => void;
  readonly setReading: (reading: Place['reading']) => void;
  readonly keepPlace: (peerId: number, place: ThreadPlace | undefined) => void;
  /** Forgets everything that belongs to the account. */
  readonly forgetAccount: () => void;
}

const initial: UiValues = {
  startProblem: null,
  panel: 'messages',
  openPeerId: null,
  threadFocus: 'composer',
  openTraineeId: null,
  lastTraineeId: null,
  filter: 'all',
  overlay: null,
  isHintDismissed: false,
  drafts: {},
  handed: {},
  returned: {},
  typing: {},
  places: {},
  reading: null,
  resumeAt: null,
};

function without<T>(record: Readonly<Record<number, T>>, key: number): Readonly<Record<number, T>> {
  if (!(key in record)) return record;
  const { [key]: _removed, ...rest } = record;
  return rest;
}

/** The window's state; read it with a selector. */
export const useUi = create<UiValues & UiActions>()((set) => ({
  ...initial,
  showPanel: (panel) => set({ panel, openTraineeId: null }),
  openThread: (peerId, focus = 'composer') =>
    set({ panel: 'messages', openPeerId: peerId, threadFocus: focus, overlay: null }),
  closeThread: () => set({ openPeerId: null }),
  openTrainee: (traineeId) =>
    set((state) => ({
      openTraineeId: traineeId,
      lastTraineeId: traineeId ?? state.lastTraineeId,
      panel: 'trainees',
    })),
  setFilter: (filter) => set({ filter }),
  setOverlay: (overlay) => set({ overlay }),
  dismissHint: () => set({ isHintDismissed: true }),
  setDraft: (peerId, text) => set((state) => ({ drafts: { ...state.drafts, [peerId]: text } })),
  handOver: (peerId, handed) => set((state) => ({ handed: { ...state.handed, [peerId]: handed } })),
  releaseHanded: (peerId, clientMessageId) =>
    set((state) => {
      const handed = state.handed[peerId];
      if (handed?.clientMessageId !== clientMessageId) return state;
      const draft = state.drafts[peerId] ?? '';
      const rest = draft.startsWith(handed.text) ? draft.slice(handed.text.length) : draft;
      return {
        handed: without(state.handed, peerId),
        returned: without(state.returned, peerId),
        drafts: { ...state.drafts, [peerId]: rest },
      };
    }),
  returnHanded: (peerId) =>
    set((state) => {
      const handed = state.handed[peerId];
      return {
        handed: without(state.handed, peerId),
        returned: handed ? { ...state.returned, [peerId]: handed } : state.returned,
      };
    }),
  setTyping: (peerId, isTyping) =>
    set((state) => ({
      typing: isTyping ? { ...state.typing, [peerId]: true } : without(state.typing, peerId),
    })),
  setReading: (reading) =>
    set((state) =>
      state.reading?.peerId === reading?.peerId && state.reading?.seq === reading?.seq ? state : { reading },
    ),
  keepPlace: (peerId, place) =>
    set((state) => ({
      places: place ? { ...state.places, [peerId]: place } : without(state.places, peerId),
    })),
  forgetAccount: () => set(initial),
}));

/** Number of the message at which this thread is to open after a crash, or null. */
export function resumedSeq(peerId: number): number | null {
  const { resumeAt } = useUi.getState();
  return resumeAt?.peerId === peerId ? resumeAt.seq : null;
}
