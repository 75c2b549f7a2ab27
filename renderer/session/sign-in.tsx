import { useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import { PRODUCT_NAME } from '../../shared/words/product.ts';
import type { SignInView } from '../../shared/views.ts';
import { call } from '../bridge.ts';
import type { Say } from '../../shared/words/words.ts';
import { errorText } from '../error-text.ts';
import { BrandMark } from '../ui/brand-mark.tsx';
import { Button } from '../ui/button.tsx';
import { useWords } from '../words.ts';

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly type: 'text' | 'password';
  readonly defaultValue: string;
  readonly autoComplete: string;
  readonly hasFocus: boolean;
}

function Field({ label, name, type, defaultValue, autoComplete, hasFocus }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <label className="grid gap-1 text-sm font-medium text-soft">
      {label}
      <input
        ref={input}
        name={name}
        type={type}
        defaultValue={defaultValue}
        autoComplete={autoComplete}
        autoCapitalize="off"
        spellCheck={false}
        dir="auto"
        // The first thing to do on this screen; nothing else competes for the focus.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={hasFocus}
        className="h-9 w-full rounded-lg border border-field-line bg-canvas px-3 text-base font-normal text-ink select-text"
      />
    </label>
  );
}

/** What the person should know before signing in. */
function notesFor({ ended, unsentCount }: SignInView, say: Say): readonly string[] {
  const notes: string[] = [];
  if (ended !== null) notes.push(say(`errors.${ended.code}`));
  if (unsentCount > 0) notes.push(say('signIn.unsent', { count: unsentCount }));
  return notes;
}

function Note({ children }: { readonly children: ReactNode }) {
  return <p className="rounded-lg bg-notice-soft px-3 py-2 text-notice-ink">{children}</p>;
}

function Alert({ children }: { readonly children: ReactNode }) {
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-danger">
      {children}
    </p>
  );
}

interface SignInProps {
  readonly signIn: SignInView;
  /** Why the messages on this computer cannot be used, or what became of them. */
  readonly storageProblem: ClientError | null;
}

/** The first screen: sign in to a server, or look around in the demo. */
export function SignIn({ signIn, storageProblem }: SignInProps) {
  const { say } = useWords();
  const [problem, setProblem] = useState<ClientError | null>(null);
  const [pending, setPending] = useState<'signIn' | 'demo' | null>(null);

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (pending !== null) return;
    const form = new FormData(event.currentTarget);
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const input = {
      server: field('server').trim(),
      email: field('email').trim(),
      password: field('password'),
    };
    if (input.server === '' || input.email === '' || input.password === '') {
      setProblem({ code: 'incomplete_sign_in' });
      return;
    }
    setProblem(null);
    setPending('signIn');
    const result = await call('session.signIn', input);
    setPending(null);
    if (!result.ok) setProblem(result.error);
  };

  const exploreDemo = async (): Promise<void> => {
    setProblem(null);
    setPending('demo');
    const result = await call('session.exploreDemo', {});
    setPending(null);
    if (!result.ok) setProblem(result.error);
  };

  const firstEmpty = signIn.server === '' ? 'server' : signIn.email === '' ? 'email' : 'password';
  return (
    <main className="grid h-full overflow-auto bg-sunken p-4">
      <div className="m-auto grid w-full max-w-90 gap-6 py-6">
        <header className="grid justify-items-center gap-1 text-center">
          <BrandMark className="mb-2 size-18" />
          <h1 className="text-xl font-semibold">{PRODUCT_NAME}</h1>
          <p className="text-soft">{say('signIn.tagline')}</p>
        </header>
        <form
          noValidate
          onSubmit={(event) => void submit(event)}
          className="grid gap-4 rounded-2xl border border-line bg-raised p-6"
        >
          {storageProblem === null ? null : <Alert>{errorText(storageProblem, say)}</Alert>}
          {notesFor(signIn, say).map((note) => (
            <Note key={note}>{note}</Note>
          ))}
          <Field
            label={say('signIn.server')}
            name="server"
            type="text"
            defaultValue={signIn.server}
            autoComplete="url"
            hasFocus={firstEmpty === 'server'}
          />
          <Field
            label={say('signIn.email')}
            name="email"
            type="text"
            defaultValue={signIn.email}
            autoComplete="username"
            hasFocus={firstEmpty === 'email'}
          />
          <Field
            label={say('signIn.password')}
            name="password"
            type="password"
            defaultValue=""
            autoComplete="current-password"
            hasFocus={firstEmpty === 'password'}
          />
          {problem === null ? null : <Alert>{errorText(problem, say)}</Alert>}
          <Button type="submit" look="primary" disabled={pending !== null} className="h-9 w-full">
            {pending === 'signIn' ? say('signIn.submitting') : say('signIn.submit')}
          </Button>
        </form>
        <div className="grid justify-items-center gap-2 text-center">
          <Button disabled={pending !== null} onClick={() => void exploreDemo()} className="h-9 w-full">
            {pending === 'demo' ? say('signIn.demoStarting') : say('signIn.demo')}
          </Button>
          <p className="text-sm text-faint">{say('signIn.demoText')}</p>
        </div>
      </div>
    </main>
  );
}
