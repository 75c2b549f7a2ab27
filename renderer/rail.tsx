import { MessageSquare, Settings, Users, type LucideIcon } from 'lucide-react';
import { Fragment } from 'react';
import type { Panel } from '../shared/place.ts';
import type { AppView } from '../shared/views.ts';
import { UpdateOffer } from './desktop/update-offer.tsx';
import type { Role } from '../shared/wire/entities.ts';
import { CountBadge } from './ui/count-badge.tsx';
import { useUi } from './ui-state.ts';
import { useWords } from './words.ts';

const ICONS: Readonly<Record<Panel, LucideIcon>> = {
  messages: MessageSquare,
  trainees: Users,
  trainers: Users,
  settings: Settings,
};

const PANELS: Readonly<Record<Role, readonly [Panel, ...Panel[]]>> = {
  trainer: ['messages', 'trainees', 'settings'],
  trainee: ['messages', 'settings'],
  admin: ['trainers', 'settings'],
};

/** The places that the rail leads to for a role, in the order of their shortcuts. */
export function panelsFor(role: Role): readonly Panel[] {
  return PANELS[role];
}

/** The place where the person is; the first of the rail when they asked for none of theirs. */
export function usePanel(role: Role): Panel {
  const panel = useUi((state) => state.panel);
  return PANELS[role].includes(panel) ? panel : PANELS[role][0];
}

interface RailLinkProps {
  readonly panel: Panel;
  readonly isCurrent: boolean;
  readonly count: number;
}

function RailLink({ panel, isCurrent, count }: RailLinkProps) {
  const { say } = useWords();
  const label = say(`rail.${panel}`);
  const Icon = ICONS[panel];
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

interface RailProps {
  readonly role: Role;
  readonly view: AppView;
}

/** The navigation on the left, or at the bottom of a narrow window. */
export function Rail({ role, view }: RailProps) {
  const { say } = useWords();
  const current = usePanel(role);
  return (
    <nav
      aria-label={say('rail.main')}
      className="flex shrink-0 justify-around gap-1 border-t border-line bg-sunken p-1 wide:w-18 wide:flex-col wide:justify-start wide:border-t-0 wide:border-r wide:pt-3"
    >
      {panelsFor(role).map((panel) => (
        <Fragment key={panel}>
          {panel === 'settings' ? (
            <>
              <span className="hidden wide:block wide:grow" />
              <UpdateOffer updates={view.updates} connection={view.connection} />
            </>
          ) : null}
          <RailLink
            panel={panel}
            isCurrent={panel === current}
            count={panel === 'messages' ? view.unreadCount : 0}
          />
        </Fragment>
      ))}
    </nav>
  );
}
