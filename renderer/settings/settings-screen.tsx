import { useState, type ReactNode } from 'react';
import type { AppView, SessionView } from '../../shared/views.ts';
import { call } from '../bridge.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { chooseAppearance, readAppearance, type Appearance } from './appearance.ts';
import { SignOut } from './sign-out.tsx';

const APPEARANCES: readonly { readonly value: Appearance; readonly label: string }[] = [
  { value: 'system', label: 'Same as the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h2 className="px-1 text-sm font-medium text-faint">{title}</h2>
      <div className="grid gap-4 rounded-2xl border border-line bg-raised p-4">{children}</div>
    </section>
  );
}

function AppearanceChoice() {
  const [chosen, setChosen] = useState(readAppearance);
  return (
    <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
      <legend className="sr-only">Appearance</legend>
      {APPEARANCES.map(({ value, label }) => (
        <label key={value} className="flex items-center gap-2">
          <input
            type="radio"
            name="appearance"
            value={value}
            checked={chosen === value}
            onChange={() => {
              chooseAppearance(value);
              setChosen(value);
            }}
            className="size-4 accent-accent"
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

function DemoControls() {
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const reset = async (): Promise<void> => {
    setProblem(null);
    setIsPending(true);
    const result = await call('demo.reset', {});
    setIsPending(false);
    if (!result.ok) setProblem(result.error.message);
  };
  return (
    <>
      <p className="text-soft">
        Everything here runs on this computer and the people are invented. Resetting starts the demo afresh;
        leaving it returns to the sign-in screen.
      </p>
      {problem === null ? null : (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button disabled={isPending} onClick={() => void reset()}>
          {isPending ? 'Resetting the demo…' : 'Reset the demo'}
        </Button>
        <SignOut label="Leave the demo" />
      </div>
    </>
  );
}

const ROLE_WORDS = { trainer: 'Trainer', trainee: 'Trainee', admin: 'Administrator' } as const;

interface SettingsScreenProps {
  readonly view: AppView;
  readonly session: SessionView;
}

/** The account, the look of the app, and the demo's controls. */
export function SettingsScreen({ view, session }: SettingsScreenProps) {
  const { user } = session;
  return (
    <main className="h-full overflow-y-auto bg-sunken">
      <div className="mx-auto grid max-w-160 gap-6 p-6">
        <h1 className="text-xl font-semibold">Settings</h1>
        <Section title="Account">
          <div className="flex items-center gap-3">
            <Avatar id={user.id} name={user.name} />
            <div className="grid min-w-0">
              <p dir="auto" className="truncate font-medium">
                {user.name}
              </p>
              <p className="truncate text-soft">
                {user.email} · {ROLE_WORDS[user.role]}
              </p>
            </div>
          </div>
          <p className="people-text text-sm text-faint">Server: {session.server}</p>
          {session.isRemembered || session.isDemo ? null : (
            <p className="text-sm text-faint">
              You will need to sign in again after a restart: this system has no keyring to keep your session
              safe.
            </p>
          )}
          {session.isDemo ? null : (
            <div className="flex flex-wrap items-center gap-3">
              <SignOut label="Sign out" />
            </div>
          )}
        </Section>
        {session.isDemo ? (
          <Section title="Demo">
            <DemoControls />
          </Section>
        ) : null}
        <Section title="Appearance">
          <AppearanceChoice />
        </Section>
        <p className="px-1 text-sm text-faint">Trainer Inbox {view.version}</p>
      </div>
    </main>
  );
}
