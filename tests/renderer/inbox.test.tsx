import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { fail } from '../../shared/result.ts';
import { conversation, ME, MemoryInbox } from './memory-inbox.ts';
import { clear, show } from './window.tsx';

let inbox: MemoryInbox;
beforeEach(() => {
  inbox = new MemoryInbox();
});
afterEach(clear);

const fromThem = { text: 'Hi', fromMe: false, at: '2026-11-20T08:00:00.000Z', delivery: null };
const fromMe = { ...fromThem, fromMe: true, delivery: 'sent' as const };

function fill(): void {
  const rows = [
    conversation({ peerId: 1, peerName: 'Maya Chen', sortKey: '3', unreadCount: 2, preview: fromThem }),
    conversation({ peerId: 2, peerName: 'Liam Byrne', sortKey: '2', preview: fromThem }),
    conversation({ peerId: 3, peerName: 'Zoë Martin', sortKey: '1', preview: fromMe }),
  ];
  for (const row of rows) inbox.conversations.set(row.peerId, row);
}

async function options(): Promise<readonly (string | null)[]> {
  const list = await screen.findByRole('listbox', { name: 'Conversations' });
  const names = within(list).getAllByRole('option');
  return names.map((option) => option.querySelector('bdi')?.textContent ?? null);
}

describe('the conversation list on a computer whose clock is a day behind', () => {
  it('tells the age of an unsent message by the same clock as that of the others', async () => {
    const dayMs = 86_400_000;
    inbox.connection = { ...inbox.connection, serverTimeOffsetMs: dayMs };
    const at = new Date(Date.now() - 5 * 60_000 - 1_000).toISOString();
    const unsent = { ...fromMe, at, delivery: 'sending' as const };
    inbox.conversations.set(
      1,
      conversation({ peerId: 1, peerName: 'Maya Chen', sortKey: '2', preview: unsent }),
    );
    const stored = { ...fromThem, at: new Date(Date.parse(at) + dayMs).toISOString() };
    inbox.conversations.set(
      2,
      conversation({ peerId: 2, peerName: 'Liam Byrne', sortKey: '1', preview: stored }),
    );
    show(inbox, <App onRetry={() => {}} />);
    const list = await screen.findByRole('listbox', { name: 'Conversations' });
    expect((await within(list).findAllByText('5m ago')).length).toBe(2);
  });
});

describe('the conversation list', () => {
  it('shows five placeholders until it is read', async () => {
    inbox.overrides['conversations.list'] = () => new Promise(() => {});
    show(inbox, <App onRetry={() => {}} />);
    const placeholders = await screen.findByRole('status', { name: 'Loading conversations' });
    expect(placeholders.children).toHaveLength(5);
  });

  it('shows them, and not that there is nothing, until the server was read for the first time (UX-1)', async () => {
    inbox.connection = { ...inbox.connection, phase: 'connecting', isFilled: false };
    show(inbox, <App onRetry={() => {}} />);
    await screen.findByRole('status', { name: 'Loading conversations' });
    expect(screen.queryByText('No conversations yet')).toBeNull();
    inbox.publish({
      type: 'connection.changed',
      connection: { ...inbox.connection, phase: 'live', isFilled: true },
    });
    await screen.findByText('No conversations yet');
  });

  it('says so when nothing is known and the server cannot be reached, and tries again (ES-8)', async () => {
    inbox.connection = { ...inbox.connection, phase: 'offline', isFilled: false };
    const { user } = show(inbox, <App onRetry={() => {}} />);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The server cannot be reached.');
    await user.click(within(alert).getByRole('button', { name: 'Retry' }));
    expect(inbox.inputsOf('connection.retry')).toHaveLength(1);
  });

  it('offers to read again after an error', async () => {
    inbox.overrides['conversations.list'] = () => fail({ code: 'storage_failed' });
    const { user } = show(inbox, <App onRetry={() => {}} />);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('This computer could not save or read the messages.');
    fill();
    inbox.overrides = {};
    await user.click(within(alert).getByRole('button', { name: 'Retry' }));
    expect(await options()).toEqual(['Maya Chen', 'Liam Byrne', 'Zoë Martin']);
  });

  it('leads a trainer without conversations to the trainees', async () => {
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await screen.findByText('No conversations yet');
    expect(screen.getByText("Start a conversation from any trainee's profile")).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Go to trainees' }));
    await screen.findByRole('heading', { name: 'Trainees' });
  });

  it('tells a trainee without messages that the trainer will write', async () => {
    inbox.session = {
      user: { ...ME, role: 'trainee' },
      server: 'https://inbox.test',
      isDemo: false,
      isRemembered: true,
      impersonator: null,
    };
    show(inbox, <App onRetry={() => {}} />);
    await screen.findByText('No messages yet');
    expect(screen.getByText('Your trainer will reach out here.')).toBeTruthy();
  });

  it('filters by what is unread and by who waits for a reply (M1)', async () => {
    fill();
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await user.click(await screen.findByRole('tab', { name: 'Unread' }));
    expect(await options()).toEqual(['Maya Chen']);
    const counts = screen
      .getAllByRole('tab')
      .map((tab) => tab.querySelector('[data-count]')?.getAttribute('data-count'));
    expect(counts).toEqual([undefined, '1', '2']);
    await user.keyboard('{ArrowRight}');
    expect(screen.getByRole('tab', { name: 'Needs reply' }).getAttribute('aria-selected')).toBe('true');
    expect(await options()).toEqual(['Maya Chen', 'Liam Byrne']);
  });

  it('is worked by keyboard: one stop, arrows, Enter', async () => {
    fill();
    const { user } = show(inbox, <App onRetry={() => {}} />);
    const first = await screen.findByRole('option', { name: 'Maya Chen, 2 unread' });
    act(() => first.focus());
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(document.activeElement).toBe(screen.getByRole('option', { name: 'Liam Byrne' }));
    expect(screen.getAllByRole('option').filter((option) => option.tabIndex === 0)).toHaveLength(1);
    await user.keyboard('{Enter}');
    await screen.findByRole('heading', { name: 'Liam Byrne' });
    expect(screen.getByRole('option', { name: 'Liam Byrne' }).getAttribute('aria-selected')).toBe('true');
  });

  it('keeps its order under the pointer while what its rows say changes, and moves once it is left (I5)', async () => {
    fill();
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await user.hover(await screen.findByRole('option', { name: 'Liam Byrne' }));
    const newest = conversation({ peerId: 3, peerName: 'Zoë Martin', sortKey: '9', unreadCount: 1 });
    act(() => inbox.publish({ type: 'conversation.upserted', conversation: newest }));
    await screen.findByRole('option', { name: 'Zoë Martin, 1 unread' });
    expect(await options()).toEqual(['Maya Chen', 'Liam Byrne', 'Zoë Martin']);
    await user.unhover(screen.getByRole('listbox', { name: 'Conversations' }));
    await waitFor(async () => expect(await options()).toEqual(['Zoë Martin', 'Maya Chen', 'Liam Byrne']));
  });
});

describe('the trainees', () => {
  beforeEach(() => {
    inbox.trainees = [
      { id: 1, name: 'Maya Chen', email: 'maya@demo.test', conversationId: 1, lastContactAt: null },
      { id: 4, name: 'Zoë Martin', email: 'zoe@demo.test', conversationId: null, lastContactAt: null },
    ];
  });

  async function showTrainees() {
    const shown = show(inbox, <App onRetry={() => {}} />);
    await shown.user.click(await screen.findByRole('link', { name: 'Trainees' }));
    await screen.findByRole('list', { name: 'Trainees' });
    return shown;
  }

  it('are found by name without accents', async () => {
    const { user } = await showTrainees();
    await user.type(screen.getByRole('searchbox', { name: 'Filter by name' }), 'zoe');
    const names = within(screen.getByRole('list', { name: 'Trainees' })).getAllByRole('listitem');
    expect(names.map((row) => row.querySelector('bdi')?.textContent)).toEqual(['Zoë Martin']);
  });

  it('can be written to from the list, without leaving it', async () => {
    const { user } = await showTrainees();
    await user.click(screen.getByRole('button', { name: 'Actions for Zoë Martin' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Message' }));
    const dialog = await screen.findByRole('dialog', { name: 'Message Zoë Martin' });
    await user.type(within(dialog).getByRole('textbox', { name: 'Message Zoë Martin' }), 'Welcome!{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(inbox.outbox.get(4)?.map((row) => row.content)).toEqual(['Welcome!']);
    expect(screen.getByRole('list', { name: 'Trainees' })).toBeTruthy();
  });

  it('have a page from which a first message can be written', async () => {
    const { user } = await showTrainees();
    await user.click(screen.getByRole('button', { name: 'Zoë Martin' }));
    await screen.findByText('Strength, 3 days a week');
    await user.click(screen.getByRole('button', { name: 'Send Message' }));
    await screen.findByRole('heading', { name: 'Zoë Martin' });
    await user.type(await screen.findByRole('textbox', { name: 'Message Zoë Martin' }), 'Hello Zoë{Enter}');
    await waitFor(() => expect(inbox.outbox.get(4)).toHaveLength(1));
  });

  it('can be written to from their page while the rest of it cannot be read', async () => {
    const { user } = await showTrainees();
    inbox.overrides['trainees.detail'] = () => fail({ code: 'unreachable' });
    await user.click(screen.getByRole('button', { name: 'Maya Chen' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The server cannot be reached.');
    expect(screen.getByRole('heading', { name: 'Maya Chen' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Send Message' })).toBeTruthy();
    inbox.overrides = {};
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    await screen.findByText('Strength, 3 days a week');
  });
});

describe('a person whose name is not known any more', () => {
  it('is named by what they were', async () => {
    inbox.conversations.set(9, conversation({ peerId: 9, peerName: '' }));
    show(inbox, <App onRetry={() => {}} />);
    await screen.findByRole('option', { name: /^Former trainee/ });
  });
});

describe('settings', () => {
  it('change the look of the app and remember it', async () => {
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await user.click(await screen.findByRole('link', { name: 'Settings' }));
    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('appearance')).toBe('dark');
    const appearance = screen.getByRole('group', { name: 'Appearance' });
    await user.click(within(appearance).getByRole('radio', { name: 'Same as the system' }));
    expect(document.documentElement.dataset['theme']).toBeUndefined();
  });

  it('change the language of the whole window, and tell screen readers', async () => {
    fill();
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await user.click(await screen.findByRole('link', { name: 'Settings' }));
    expect(document.documentElement.lang).toBe('en');
    await user.click(screen.getByRole('radio', { name: 'Português (Brasil)' }));
    await screen.findByRole('heading', { name: 'Ajustes' });
    expect(document.documentElement.lang).toBe('pt-BR');
    expect(inbox.inputsOf('language.choose')).toEqual([{ choice: 'pt-BR' }]);
    await user.click(screen.getByRole('link', { name: /^Mensagens/ }));
    await screen.findByRole('listbox', { name: 'Conversas' });
    await user.click(screen.getByRole('link', { name: 'Ajustes' }));
    const language = screen.getByRole('group', { name: 'Idioma' });
    await user.click(within(language).getByRole('radio', { name: 'Igual ao sistema' }));
    await screen.findByRole('heading', { name: 'Settings' });
  });

  it('hint that a session without a keyring ends with the app, until that is dismissed', async () => {
    inbox.session = {
      user: ME,
      server: 'https://inbox.test',
      isDemo: false,
      isRemembered: false,
      impersonator: null,
    };
    fill();
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await screen.findByText('You will need to sign in again after a restart.');
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText('You will need to sign in again after a restart.')).toBeNull();
  });
});
