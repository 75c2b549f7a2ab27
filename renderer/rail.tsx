import { MessageSquare, Settings, Users, type LucideIcon } from 'lucide-react';
import type { Panel } from '../shared/place.ts';
import type { AppView } from '../shared/views.ts';
import { UpdateOffer } from './desktop/update-offer.tsx';
import { CountBadge } from './ui/count-badge.tsx';
import { useUi } from './ui-state.ts';
import { useWords } from './words.ts';

interface RailLinkProps {
  readonly panel: Panel;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly count?: number;
}

function RailLink({ panel, label, icon: Icon, count = 0 }: RailLinkProps) {
  const { say } = useWords();
  const current = useUi((state) => state.panel);
  const isCurrent = current === panel;
  return (
    <a
      href={`#${panel}`}
      aria-current={isCurrent ? 'page' : undefined}
      draggable={false}
      onClick={(event) => {
        event.preventDefault();
        useUi.getState().showPanel(panel);
      }}
      className={`relative grid min-h-13 w-16 place-items-center text-center content-center gap-0.5 rounded-xl text-xs font-medium transition-colors ${
        isCurrent ? 'bg-selected text-accent-ink' : 'text-faint hover:bg-hover hover:text-ink'
      }`}
    >
      <Icon aria-hidden className="size-5" strokeWidth={isCurrent ? 2.25 : 2} />
      <span className="sr-only">{count > 0 ? say('rail.withUnread', { label, count }) : label}</span>
      <span aria-hidden>{label}</span>
      <CountBadge count={count} className="absolute -top-px left-8.5 ring-2 ring-sunken" />
    </a>
  );
}

/** The places that the rail leads to for a role, in the order of their shortcuts. */
export function panelsFor(role: 'trainer' | 'trainee' | 'admin'): readonly Panel[] {
  return role === 'trainer' ? ['messages', 'trainees', 'settings'] : ['messages', 'settings'];
}

interface RailProps {
  readonly role: 'trainer' | 'trainee' | 'admin';
  readonly view: AppView;
}

/** The navigation on the left, or at the bottom of a narrow window. */
export function Rail({ role, view }: RailProps) {
  const { say } = useWords();
  const panels = panelsFor(role);
  return (
    <nav
      aria-label={say('rail.main')}
      className="flex shrink-0 justify-around gap-1 border-t border-line bg-sunken p-1 wide:w-18 wide:flex-col wide:justify-start wide:border-t-0 wide:border-r wide:pt-3"
    >
      <RailLink panel="messages" label={say('rail.messages')} icon={MessageSquare} count={view.unreadCount} />
      {panels.includes('trainees') ? (
        <RailLink panel="trainees" label={say('rail.trainees')} icon={Users} />
      ) : null}
      <span className="hidden wide:block wide:grow" />
      <UpdateOffer updates={view.updates} connection={view.connection} />
      <RailLink panel="settings" label={say('rail.settings')} icon={Settings} />
    </nav>
  );
}
