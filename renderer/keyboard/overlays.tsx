import { useState, type KeyboardEvent } from 'react';
import type { Role } from '../../shared/wire/entities.ts';
import { useAppView, useConversations, useTrainees } from '../data/queries.ts';
import { panelsFor } from '../rail.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { matchesName } from '../ui/search.ts';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';
import { Keys } from './keys.tsx';
import { listedShortcuts } from './shortcuts.ts';

/** More matches than this are not worth reading. */
const MOST_MATCHES = 8;

const PLACES = ['anywhere', 'list', 'composer'] as const;

function ShortcutList({ role }: { readonly role: Role }) {
  const { say } = useWords();
  const panels = panelsFor(role);
  const enterSends = useAppView()?.desktop.settings.enterSends !== false;
  const shortcuts = listedShortcuts({
    enterSends,
    panelCount: panels.length,
    hasThreads: role !== 'admin',
  });
  const places = PLACES.filter((place) => shortcuts.some((shortcut) => shortcut.place === place));
  return places.map((place) => (
    <section key={place} className="px-4 pb-4">
      <h3 className="pb-1 text-sm font-medium text-faint">{say(`shortcuts.${place}`)}</h3>
      <dl>
        {shortcuts
          .filter((shortcut) => shortcut.place === place)
          .map(({ keys, does }) => (
            <div
              key={keys.join()}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-1"
            >
              <dt>
                {does === 'panels' ? panels.map((panel) => say(`rail.${panel}`)).join(', ') : say(does)}
              </dt>
              <dd className="flex flex-wrap gap-2">
                <Keys keys={keys} />
              </dd>
            </div>
          ))}
      </dl>
    </section>
  ));
}

interface Person {
  readonly id: number;
  readonly name: string;
}

/** Everybody one can write to, those spoken to last first. */
function usePeople(role: Role): readonly Person[] {
  const conversations = useConversations().data ?? [];
  const trainees = useTrainees(role === 'trainer').data ?? [];
  const people = new Map<number, Person>();
  for (const row of conversations) people.set(row.peerId, { id: row.peerId, name: row.peerName });
  for (const { id, name } of trainees) if (!people.has(id)) people.set(id, { id, name });
  return [...people.values()];
}

function Switcher({ role }: { readonly role: Role }) {
  const { say } = useWords();
  const people = usePeople(role);
  const [query, setQuery] = useState('');
  const [index, setIndex] = useState(0);
  const matches = people.filter((person) => matchesName(person.name, query.trim())).slice(0, MOST_MATCHES);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const chosen = matches[index];
    if (step !== 0) setIndex(Math.min(Math.max(index + step, 0), matches.length - 1));
    else if (event.key === 'Enter' && chosen !== undefined) useUi.getState().openThread(chosen.id);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <input
        role="combobox"
        aria-label={say('shortcuts.name')}
        aria-expanded={matches.length > 0}
        aria-controls="switcher-matches"
        aria-activedescendant={matches[index] === undefined ? undefined : `switcher-${matches[index].id}`}
        placeholder={say('shortcuts.typeName')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setIndex(0);
        }}
        onKeyDown={onKeyDown}
        className="mx-4 mb-3 h-9 rounded-lg border border-field-line bg-canvas px-3 outline-none select-text focus:border-accent-ink"
      />
      <div
        id="switcher-matches"
        role="listbox"
        aria-label={say('shortcuts.people')}
        className="grid px-2 pb-2"
      >
        {matches.map((person, position) => (
          <div
            key={person.id}
            id={`switcher-${person.id}`}
            role="option"
            aria-selected={position === index}
            tabIndex={-1}
            onPointerMove={() => setIndex(position)}
            onClick={() => useUi.getState().openThread(person.id)}
            onKeyDown={onKeyDown}
            className="flex h-12 items-center gap-3 rounded-xl px-2 aria-selected:bg-selected"
          >
            <Avatar id={person.id} name={person.name} size="small" />
            <bdi className="truncate">{person.name}</bdi>
          </div>
        ))}
      </div>
      {matches.length === 0 ? (
        <p role="status" className="px-4 pb-4 text-faint">
          {say('trainees.nobody')}
        </p>
      ) : null}
    </>
  );
}

/** The dialogs that shortcuts open. */
export function Overlays({ role }: { readonly role: Role }) {
  const { say } = useWords();
  const overlay = useUi((state) => state.overlay);
  const close = (): void => useUi.getState().setOverlay(null);
  return (
    <>
      <Dialog title={say('shortcuts.findPerson')} isOpen={overlay === 'switcher'} onClose={close}>
        <Switcher role={role} />
      </Dialog>
      <Dialog title={say('shortcuts.title')} isOpen={overlay === 'shortcuts'} onClose={close}>
        <ShortcutList role={role} />
      </Dialog>
    </>
  );
}
