import type { UseQueryResult } from '@tanstack/react-query';
import { Search, Users } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { ReadError } from '../data/queries.ts';
import { matchesName } from '../ui/search.ts';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { useWords } from '../words.ts';

interface Named {
  readonly name: string;
}

interface PeopleScreenProps<Person extends Named> {
  readonly title: string;
  /** What the screen is for, where that does not go without saying. */
  readonly text?: string;
  /** Said while the list is on its way. */
  readonly loading: string;
  /** Said when there is nobody. */
  readonly empty: { readonly title: string; readonly text: string };
  readonly people: UseQueryResult<readonly Person[], ReadError>;
  /** One list item. */
  readonly renderRow: (person: Person) => ReactNode;
  /** Above the list: what went wrong. */
  readonly alert?: ReactNode;
  /** Dialogs that the rows open. */
  readonly children?: ReactNode;
}

function ShimmerList({ label }: { readonly label: string }) {
  return (
    <div role="status" aria-label={label} className="grid animate-late gap-1">
      {['a', 'b', 'c', 'd', 'e'].map((key) => (
        <span key={key} className="h-16 animate-shimmer rounded-xl bg-hover" />
      ))}
    </div>
  );
}

interface NameFilterProps {
  readonly query: string;
  readonly onChange: (query: string) => void;
}

function NameFilter({ query, onChange }: NameFilterProps) {
  const { say } = useWords();
  return (
    <label className="flex h-9 w-full items-center gap-2 rounded-lg border border-field-line bg-raised px-3 focus-within:border-accent-ink wide:w-64">
      <Search aria-hidden className="size-4 shrink-0 text-faint" />
      <input
        type="search"
        aria-label={say('trainees.filter')}
        placeholder={say('trainees.filter')}
        value={query}
        onChange={(event) => onChange(event.target.value)}
        className="min-w-0 grow outline-none select-text"
      />
    </label>
  );
}

/** A list of people with a filter by name, whatever state it is in. */
export function PeopleScreen<Person extends Named>(props: PeopleScreenProps<Person>) {
  const { title, text, loading, empty, people, renderRow, alert, children } = props;
  const { say } = useWords();
  const [query, setQuery] = useState('');
  const shown = people.data?.filter(({ name }) => matchesName(name, query.trim())) ?? [];
  let content = (
    <ul aria-label={title} className="-mx-3">
      {shown.map((person) => renderRow(person))}
    </ul>
  );
  if (people.isError) {
    content = <ErrorState error={people.error.detail} onRetry={() => void people.refetch()} />;
  } else if (people.data === undefined) {
    content = <ShimmerList label={loading} />;
  } else if (people.data.length === 0) {
    content = <EmptyState icon={<Users className="size-6" />} title={empty.title} text={empty.text} />;
  } else if (shown.length === 0) {
    content = (
      <EmptyState
        icon={<Search className="size-6" />}
        title={say('trainees.nobody')}
        text={say('trainees.nobodyText')}
      />
    );
  }
  return (
    <main className="h-full overflow-y-auto bg-canvas">
      <div className="mx-auto grid max-w-200 gap-4 p-6">
        <header className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="text-xl font-semibold">{title}</h1>
          <NameFilter query={query} onChange={setQuery} />
          {text === undefined ? null : <p className="w-full text-soft">{text}</p>}
        </header>
        {alert}
        {content}
      </div>
      {children}
    </main>
  );
}
