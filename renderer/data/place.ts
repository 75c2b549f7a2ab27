/** Tells the main process where the person is, and goes back there in a page that follows one that crashed. */
import type { Place } from '../../shared/place.ts';
import { call } from '../bridge.ts';
import { useUi } from '../ui-state.ts';

/** What is typed is told this often, in milliseconds; a crash loses no more than that. */
const TELL_MS = 200;
/** More than anybody has open, and than the main process takes. */
const MOST_DRAFTS = 1_000;
const LONGEST_DRAFT = 100_000;

type Ui = ReturnType<typeof useUi.getState>;

/** Text that is on its way to the outbox would be there twice if it came back to the composer as well. */
function draftOf({ drafts, handed }: Ui, peerId: number): string {
  const draft = drafts[peerId] ?? '';
  const handedText = handed[peerId]?.text ?? '';
  return draft.startsWith(handedText) ? draft.slice(handedText.length) : draft;
}

function placeIn(ui: Ui): Place {
  const drafts = Object.keys(ui.drafts)
    .map((key) => ({ peerId: Number(key), text: draftOf(ui, Number(key)) }))
    .filter(({ text }) => text !== '' && text.length <= LONGEST_DRAFT)
    .slice(0, MOST_DRAFTS);
  const { panel, openPeerId, openTraineeId, filter, reading } = ui;
  return { panel, openPeerId, openTraineeId, filter, drafts, reading };
}

function isElsewhere(ui: Ui, before: Ui): boolean {
  return (
    ui.panel !== before.panel ||
    ui.openPeerId !== before.openPeerId ||
    ui.openTraineeId !== before.openTraineeId ||
    ui.filter !== before.filter ||
    ui.reading !== before.reading ||
    ui.drafts !== before.drafts
  );
}

/** Tells every change of place from now on; returns the way to stop it. */
export function keepPlace(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    void call('place.keep', placeIn(useUi.getState()));
  };
  const stop = useUi.subscribe((ui, before) => {
    if (ui.handed !== before.handed) tell();
    else if (isElsewhere(ui, before)) timer ??= setTimeout(tell, TELL_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** Goes where the person was. */
export function returnTo({ drafts, reading, ...place }: Place): void {
  const byPeer = Object.fromEntries(drafts.map(({ peerId, text }) => [peerId, text]));
  useUi.setState({ ...place, drafts: byPeer, resumeAt: reading });
}
