import { screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { fail } from '../../shared/result.ts';
import { MemoryInbox } from './memory-inbox.ts';
import { clear, show } from './window.tsx';

let inbox: MemoryInbox;
beforeEach(() => {
  inbox = new MemoryInbox();
  inbox.session = null;
});
afterEach(clear);

async function showSignIn() {
  const shown = show(inbox, <App onRetry={() => {}} />);
  await screen.findByRole('button', { name: 'Sign in' });
  return shown;
}

async function fillIn(user: Awaited<ReturnType<typeof showSignIn>>['user']): Promise<void> {
  await user.type(screen.getByRole('textbox', { name: 'Server' }), 'https://inbox.test');
  await user.type(screen.getByRole('textbox', { name: 'Email' }), 'maya@demo.test');
  await user.type(screen.getByLabelText('Password'), 'secret word');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
}

describe('signing in', () => {
  it('says why the messages on this computer cannot be used', async () => {
    inbox.storageProblem = { code: 'update_required' };
    await showSignIn();
    expect(screen.getByRole('alert').textContent).toMatch(/^Update required: a newer version/);
  });

  it('hands over what was filled in and leads to the inbox', async () => {
    const { user } = await showSignIn();
    await fillIn(user);
    await screen.findByRole('navigation', { name: 'Main' });
    expect(inbox.inputsOf('session.signIn')).toEqual([
      { server: 'https://inbox.test', email: 'maya@demo.test', password: 'secret word' },
    ]);
  });

  it.each([
    ['unreachable', 'The server cannot be reached. Please check the address and the network.'],
    ['invalid_credentials', 'The e-mail address or the password is not right.'],
    ['certificate', "The server's certificate cannot be trusted, so nothing was sent."],
    ['not_messaging_server', 'The address does not belong to a messaging server.'],
  ] as const)('says what is wrong: %s', async (code, text) => {
    inbox.overrides['session.signIn'] = () => fail({ code });
    const { user } = await showSignIn();
    await fillIn(user);
    expect((await screen.findByRole('alert')).textContent).toBe(text);
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Email' }).value).toBe('maya@demo.test');
  });

  it('asks for what is missing without calling anybody', async () => {
    const { user } = await showSignIn();
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(screen.getByRole('alert').textContent).toMatch(/fill in/);
    expect(inbox.inputsOf('session.signIn')).toEqual([]);
  });

  it('remembers server and address, and tells why the session ended and what is kept', async () => {
    inbox.signIn = {
      server: 'https://inbox.test',
      email: 'maya@demo.test',
      ended: { code: 'session_ended', at: '2026-11-20T08:00:00.000Z' },
      unsentCount: 3,
    };
    await showSignIn();
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Server' }).value).toBe(
      'https://inbox.test',
    );
    expect(screen.getByText(/^Your session has ended/)).toBeTruthy();
    expect(screen.getByText(/^3 unsent messages are kept/)).toBeTruthy();
  });

  it('opens the demo, which says that it is one', async () => {
    const { user } = await showSignIn();
    await user.click(screen.getByRole('button', { name: 'Explore the demo' }));
    await screen.findByText(/This is a demo/);
  });
});

describe('signing out', () => {
  it('asks what to do with unsent messages, and can be called off', async () => {
    const fresh = new MemoryInbox();
    fresh.outbox.set(7, [
      {
        clientMessageId: 'a',
        peerId: 7,
        content: 'Hello',
        position: 1,
        queuedAt: '2026-11-20T08:00:00.000Z',
        state: 'sending',
        reason: null,
      },
    ]);
    const { user } = show(fresh, <App onRetry={() => {}} />);
    await user.click(await screen.findByRole('link', { name: 'Settings' }));
    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    await screen.findByRole('dialog', { name: 'Unsent messages' });
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(fresh.session).not.toBeNull();
    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    await user.click(await screen.findByRole('button', { name: 'Keep and sign out' }));
    await screen.findByRole('button', { name: 'Sign in' });
    expect(fresh.inputsOf('session.signOut')).toEqual([
      { unsent: 'ask' },
      { unsent: 'ask' },
      { unsent: 'keep' },
    ]);
  });
});
