import { useState, type ReactNode } from 'react';
import type { AppView, SessionView } from '../../shared/views.ts';
import { LANGUAGE_NAMES, languageSchema, type LanguageChoice } from '../../shared/words/languages.ts';
import { PRODUCT_NAME } from '../../shared/words/product.ts';
import type { WordKey } from '../../shared/words/words.ts';
import type { ClientError } from '../../shared/errors.ts';
import { call } from '../bridge.ts';
import { errorText } from '../error-text.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { useWords } from '../words.ts';
import { chooseAppearance, readAppearance, type Appearance } from './appearance.ts';
import { NotificationSettings, WindowSettings, WritingSettings } from './desktop-settings.tsx';
import { ChangePassword } from './change-password.tsx';
import { Diagnostics } from './diagnostics.tsx';
import { SignOut } from './sign-out.tsx';
import { UpdateSettings } from './update-settings.tsx';

const APPEARANCES = [
  { value: 'system', label: 'settings.sameAsSystem' },
  { value: 'light', label: 'settings.light' },
  { value: 'dark', label: 'settings.dark' },
] as const satisfies readonly { readonly value: Appearance; readonly label: WordKey }[];

/** Each by its own name, and read out in its own language. */
const LANGUAGES = languageSchema.options.map((value) => ({
  value,
  label: LANGUAGE_NAMES[value],
  lang: value,
}));

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h2 className="px-1 text-sm font-medium text-faint">{title}</h2>
      <div className="grid gap-4 rounded-2xl border border-line bg-raised p-4">{children}</div>
    </section>
  );
}

interface ChoiceProps<Value extends string> {
  /** What is chosen, as its accessible name. */
  readonly legend: string;
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few, all of them in view. */
function Choice<Value extends string>({ legend, name, options, chosen, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
      <legend className="sr-only">{legend}</legend>
      {options.map(({ value, label, lang }) => (
        <label key={value} lang={lang} className="flex items-center gap-2">
          <input
            type="radio"
            name={name}
            value={value}
            checked={chosen === value}
            onChange={() => onChoose(value)}
            className="size-4 accent-accent"
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

function AppearanceChoice() {
  const { say } = useWords();
  const [chosen, setChosen] = useState(readAppearance);
  return (
    <Choice
      legend={say('settings.appearance')}
      name="appearance"
      options={APPEARANCES.map(({ value, label }) => ({ value, label: say(label) }))}
      chosen={chosen}
      onChoose={(value) => {
        chooseAppearance(value);
        setChosen(value);
      }}
    />
  );
}

function LanguageChoices({ chosen }: { readonly chosen: LanguageChoice }) {
  const { say } = useWords();
  return (
    <Choice<LanguageChoice>
      legend={say('settings.language')}
      name="language"
      options={[{ value: 'system', label: say('settings.sameAsSystem') }, ...LANGUAGES]}
      chosen={chosen}
      onChoose={(choice) => void call('language.choose', { choice })}
    />
  );
}

function DemoControls() {
  const { say } = useWords();
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<ClientError | null>(null);
  const reset = async (): Promise<void> => {
    setProblem(null);
    setIsPending(true);
    const result = await call('demo.reset', {});
    setIsPending(false);
    if (!result.ok) setProblem(result.error);
  };
  return (
    <>
      <p className="text-soft">{say('settings.demoText')}</p>
      {problem === null ? null : (
        <p role="alert" className="text-danger">
          {errorText(problem, say)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button disabled={isPending} onClick={() => void reset()}>
          {isPending ? say('settings.resettingDemo') : say('settings.resetDemo')}
        </Button>
        <SignOut label={say('signOut.leaveDemo')} />
      </div>
    </>
  );
}

interface SettingsScreenProps {
  readonly view: AppView;
  readonly session: SessionView;
}

/** The account, the look of the app, and the demo's controls. */
export function SettingsScreen({ view, session }: SettingsScreenProps) {
  const { say } = useWords();
  const isViewing = session.impersonator !== null;
  const user = session.impersonator ?? session.user;
  return (
    <main className="h-full overflow-y-auto bg-sunken">
      <div className="mx-auto grid max-w-160 gap-6 p-6">
        <h1 className="text-xl font-semibold">{say('settings.title')}</h1>
        <Section title={say('settings.account')}>
          <div className="flex items-center gap-3">
            <Avatar id={user.id} name={user.name} />
            <div className="grid min-w-0">
              <p dir="auto" className="truncate font-medium">
                {user.name}
              </p>
              <p className="people-text text-soft">
                {user.email} · {say(`settings.${user.role}`)}
              </p>
            </div>
          </div>
          <p className="people-text text-sm text-faint">
            {say('settings.server', { server: session.server })}
          </p>
          {session.isRemembered || session.isDemo ? null : (
            <p className="text-sm text-faint">{say('settings.notRemembered')}</p>
          )}
          {session.isDemo ? null : (
            <div className="flex flex-wrap items-center gap-3">
              {isViewing ? null : <ChangePassword />}
              <SignOut label={say('signOut.action')} />
            </div>
          )}
        </Section>
        {session.isDemo ? (
          <Section title={say('settings.demo')}>
            <DemoControls />
          </Section>
        ) : null}
        <Section title={say('settings.appearance')}>
          <AppearanceChoice />
        </Section>
        <Section title={say('settings.language')}>
          <LanguageChoices chosen={view.language.choice} />
        </Section>
        <Section title={say('desktop.writing')}>
          <WritingSettings desktop={view.desktop} />
        </Section>
        <Section title={say('desktop.notifications')}>
          <NotificationSettings desktop={view.desktop} />
        </Section>
        <Section title={say('desktop.window')}>
          <WindowSettings desktop={view.desktop} />
        </Section>
        <Section title={say('diagnostics.title')}>
          <Diagnostics />
        </Section>
        {view.updates.phase === 'off' ? (
          <p className="px-1 text-sm text-faint">
            {PRODUCT_NAME} {view.version}
          </p>
        ) : (
          <Section title={say('updates.title')}>
            <UpdateSettings
              version={view.version}
              updates={view.updates}
              waitingCount={view.connection.waitingCount}
            />
          </Section>
        )}
      </div>
    </main>
  );
}
