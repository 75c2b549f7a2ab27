import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { ok } from '../../shared/result.ts';
import type { IpcResult } from '../../shared/ipc.ts';
import { conversation, MemoryInbox } from './memory-inbox.ts';
import { clear, show } from './window.tsx';

let inbox: MemoryInbox;
beforeEach(() => {
  inbox = new MemoryInbox();
  inbox.conversations.set(7, conversation({ peerId: 7, peerName: 'Maya Chen' }));
});
afterEach(clear);

const maya = (unreadCount: number) => ({
  type: 'conversation.upserted' as const,
  conversation: conversation({ peerId: 7, peerName: 'Maya Chen', unreadCount }),
});

async function showInbox() {
  const shown = show(inbox, <App onRetry={() => {}} />);
  await screen.findByRole('option', { name: 'Maya Chen' });
  return shown;
}

describe('published changes', () => {
  it('reach the list and the badge', async () => {
    await showInbox();
    act(() => inbox.publish(maya(3), { type: 'unread.changed', unreadCount: 3 }));
    await screen.findByRole('option', { name: 'Maya Chen, 3 unread' });
    await screen.findByRole('link', { name: 'Messages, 3 unread' });
  });

  it('that come before the first answer are applied after it, once', async () => {
    let answerView: () => void = () => {};
    inbox.overrides['app.view'] = () =>
      new Promise<IpcResult<'app.view'>>((resolve) => {
        const view = {
          changeNumber: 1,
          version: '0.1.0',
          language: inbox.language,
          desktop: inbox.desktop,
          updates: inbox.updates,
          requestedPeerId: null,
          place: null,
          run: { isSafeStart: false, hasFailed: false },
          session: inbox.session,
          signIn: inbox.signIn,
          connection: inbox.connection,
          unreadCount: 5,
          storageProblem: null,
        };
        answerView = () => resolve(ok(view));
      });
    show(inbox, <App onRetry={() => {}} />);
    await waitFor(() => expect(inbox.inputsOf('app.view')).toHaveLength(1));
    act(() => {
      inbox.publish({ type: 'unread.changed', unreadCount: 4 });
      inbox.publish({ type: 'unread.changed', unreadCount: 6 });
      answerView();
    });
    await screen.findByRole('link', { name: 'Messages, 6 unread' });
    expect(inbox.inputsOf('app.view')).toHaveLength(1);
  });

  it('that were missed make the window read everything again', async () => {
    await showInbox();
    inbox.conversations.set(7, conversation({ peerId: 7, peerName: 'Maya Chen', unreadCount: 9 }));
    inbox.changeNumber += 1;
    act(() => inbox.publish({ type: 'unread.changed', unreadCount: 9 }));
    await screen.findByRole('option', { name: 'Maya Chen, 9 unread' });
    expect(inbox.inputsOf('app.view')).toHaveLength(2);
  });

  it('that cannot be understood do so too', async () => {
    await showInbox();
    inbox.conversations.set(8, conversation({ peerId: 8, peerName: 'Liam Byrne' }));
    act(() => inbox.deliver({ number: 'two', changes: null }));
    await screen.findByRole('option', { name: 'Liam Byrne' });
  });

  it('that are delivered twice are applied once', async () => {
    await showInbox();
    act(() => {
      inbox.publish({ type: 'unread.changed', unreadCount: 1 });
      inbox.publish({ type: 'unread.changed', unreadCount: 2 });
      inbox.deliver({ number: 1, changes: [{ type: 'unread.changed', unreadCount: 1 }] });
    });
    await screen.findByRole('link', { name: 'Messages, 2 unread' });
  });

  it('are not undone by an answer that was read before them', async () => {
    let answerList: () => void = () => {};
    let isFirst = true;
    const stale = [conversation({ peerId: 7, peerName: 'Maya Chen', unreadCount: 1 })];
    inbox.overrides['conversations.list'] = () => {
      if (!isFirst) return ok([...inbox.conversations.values()]);
      isFirst = false;
      return new Promise((resolve) => (answerList = () => resolve(ok(stale))));
    };
    show(inbox, <App onRetry={() => {}} />);
    await waitFor(() => expect(inbox.inputsOf('conversations.list')).toHaveLength(1));
    inbox.conversations.set(7, conversation({ peerId: 7, peerName: 'Maya Chen', unreadCount: 2 }));
    act(() => inbox.publish(maya(2)));
    await act(async () => answerList());
    await screen.findByRole('option', { name: 'Maya Chen, 2 unread' });
  });

  it('open the thread that the desktop asks for', async () => {
    await showInbox();
    act(() => inbox.publish({ type: 'thread.requested', peerId: 7 }));
    await screen.findByRole('heading', { name: 'Maya Chen' });
  });

  it('say so when the desktop asks for a thread that is not there', async () => {
    await showInbox();
    act(() => inbox.publish({ type: 'thread.requested', peerId: 404 }));
    await screen.findByText('This conversation is not available');
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('show the sign-in screen when the session ends, and nothing of the old account after the next sign-in', async () => {
    const { user } = await showInbox();
    await user.click(screen.getByRole('option', { name: 'Maya Chen' }));
    await user.type(await screen.findByRole('textbox', { name: 'Message Maya Chen' }), 'Half a thought');
    inbox.session = null;
    act(() => inbox.publish({ type: 'session.changed', session: null, signIn: inbox.signIn }));
    await screen.findByRole('button', { name: 'Sign in' });
    inbox.conversations.clear();
    inbox.session = {
      user: { id: 2, role: 'trainer', name: 'Alex Rival', email: 'rival@demo.test' },
      server: 'https://inbox.test',
      isDemo: false,
      isRemembered: true,
      impersonator: null,
    };
    act(() => inbox.publish({ type: 'session.changed', session: inbox.session, signIn: inbox.signIn }));
    await screen.findByText('No conversations yet');
    expect(screen.queryByText('Maya Chen')).toBeNull();
    expect(screen.queryByDisplayValue('Half a thought')).toBeNull();
  });
});
