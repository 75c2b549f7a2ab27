import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { MessageRow } from '../../renderer/chat/message-row.tsx';
import { ok } from '../../shared/result.ts';
import type { Delivery } from '../../shared/views.ts';
import { conversation, ME, MemoryInbox, message } from './memory-inbox.ts';
import { createWords } from '../../shared/words/words.ts';
import { clear, show } from './window.tsx';

const MAYA = 7;

let inbox: MemoryInbox;
beforeEach(() => {
  inbox = new MemoryInbox();
  inbox.conversations.set(MAYA, conversation({ peerId: MAYA, peerName: 'Maya Chen', lastSeq: 2 }));
  inbox.messages.set(MAYA, [
    message(MAYA, 1),
    message(MAYA, 2, { senderId: ME.id, content: 'How is the knee?' }),
  ]);
});
afterEach(clear);

async function openMaya() {
  const shown = show(inbox, <App onRetry={() => {}} />);
  await shown.user.click(await screen.findByRole('option', { name: /^Maya Chen/ }));
  await screen.findByRole('log', { name: 'Messages with Maya Chen' });
  return shown;
}

describe('an open thread', () => {
  it('has the names that people who cannot see it rely on', async () => {
    await openMaya();
    const main = screen.getByRole('main');
    expect(within(main).getByRole('heading', { name: 'Maya Chen' })).toBeTruthy();
    expect(within(main).getByRole('textbox', { name: 'Message Maya Chen' })).toBeTruthy();
    expect(screen.getByRole('log').getAttribute('aria-live')).toBe('off');
  });

  it('shows the trainee that the trainer, not a name, is typing', async () => {
    inbox.session = {
      user: { ...ME, role: 'trainee' },
      server: 'https://inbox.test',
      isDemo: false,
      isRemembered: true,
      impersonator: null,
    };
    await openMaya();
    act(() => inbox.publish({ type: 'typing.changed', peerId: MAYA, isTyping: true }));
    await screen.findByText('Trainer is typing...');
    expect(screen.queryByRole('link', { name: 'Trainees' })).toBeNull();
  });

  it('disables the composer and says why when the trainee has been removed', async () => {
    inbox.conversations.set(MAYA, conversation({ peerId: MAYA, peerName: 'Maya Chen', isArchived: true }));
    await openMaya();
    expect(screen.getByText('This trainee has been removed')).toBeTruthy();
    expect(screen.getByRole<HTMLTextAreaElement>('textbox').disabled).toBe(true);
  });

  it('announces what arrives while it is open, and nothing that was there', async () => {
    await openMaya();
    const announced = (): string | undefined => document.querySelector('[aria-live="polite"]')?.textContent;
    expect(announced()).toBe('');
    act(() =>
      inbox.publish({
        type: 'message.upserted',
        peerId: MAYA,
        message: message(MAYA, 3, { content: 'Fine!' }),
      }),
    );
    await waitFor(() => expect(announced()).toBe('Maya Chen: Fine!'));
  });

  it('opens around its first unread message, and at its end for an own one (A9, I2)', async () => {
    inbox.messages.set(
      MAYA,
      Array.from({ length: 400 }, (_, index) => message(MAYA, index + 1)),
    );
    inbox.conversations.set(
      MAYA,
      conversation({ peerId: MAYA, peerName: 'Maya Chen', lastSeq: 400, readSeq: 100, unreadCount: 300 }),
    );
    await openMaya();
    const asked = () => inbox.inputsOf('messages.page').map((input) => JSON.stringify(input));
    expect(asked()).not.toContain(JSON.stringify({ peerId: MAYA, beforeSeq: null }));
    expect(asked()[0]).toBe(JSON.stringify({ peerId: MAYA, beforeSeq: 117 }));
    act(() =>
      inbox.publish({
        type: 'outbox.upserted',
        item: {
          clientMessageId: '00000000-0000-7000-8000-00000000aaaa',
          peerId: MAYA,
          content: 'Let me see',
          position: 1,
          queuedAt: '2026-11-20T08:00:00.000Z',
          state: 'sending',
          reason: null,
        },
      }),
    );
    await waitFor(() => expect(asked()).toContain(JSON.stringify({ peerId: MAYA, beforeSeq: null })));
  });

  it('offers to read again what could not be loaded', async () => {
    let isDown = true;
    inbox.overrides['messages.page'] = () =>
      isDown
        ? ok({
            items: [],
            hasMore: false,
            error: { code: 'unreachable' },
          })
        : ok({ items: inbox.messages.get(MAYA) ?? [], hasMore: false, error: null });
    inbox.connection = { ...inbox.connection, phase: 'offline' };
    const { user } = await openMaya();
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The server cannot be reached.');
    isDown = false;
    await user.click(within(alert).getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });
});

describe('the life of an own message', () => {
  const content = 'Skip the lunges today.\n  <b>Really</b>';

  function row(delivery: Delivery, seq: number | null = null, endsGroup = true) {
    return (
      <MessageRow
        message={{
          clientMessageId: '00000000-0000-7000-8000-000000000001',
          seq,
          content,
          atMs: Date.parse('2026-11-20T08:00:00.000Z'),
          isMine: true,
          delivery,
          reason: null,
        }}
        startsGroup
        endsGroup={endsGroup}
        now={{
          nowMs: Date.parse('2026-11-20T08:00:10.000Z'),
          serverTimeOffsetMs: 0,
          place: { locale: 'en-US', timeZone: 'UTC', say: createWords('en').say },
        }}
      />
    );
  }

  it('keeps one bubble from queue to read, and says each step', () => {
    const { rerender } = show(inbox, row('sending'));
    const item = screen.getByRole('listitem');
    expect(within(item).getByText('Sending')).toBeTruthy();
    rerender(row('notSent'));
    expect(within(item).getByText('Not sent')).toBeTruthy();
    rerender(row('sent', 3));
    expect(within(item).getByText('Sent')).toBeTruthy();
    expect(within(item).queryByRole('button')).toBeNull();
    rerender(row('read', 3));
    expect(within(item).getByText('Read')).toBeTruthy();
    expect(screen.getByRole('listitem')).toBe(item);
  });

  it('tells its date, time and zone in full to whoever points at it, in a group too', () => {
    const full = 'Friday, November 20, 2026 at 8:00:00 AM UTC';
    const { rerender } = show(inbox, row('sent', 3));
    expect(screen.getByTitle(full).tagName).toBe('TIME');
    rerender(row('sent', 3, false));
    expect(screen.getAllByTitle(full).some((element) => element.textContent === content)).toBe(true);
  });

  it('shows its text exactly, and markup as the text that it is', () => {
    show(inbox, row('sent', 3));
    const item = screen.getByRole('listitem');
    expect(item.querySelector('[dir="auto"]')?.textContent).toBe(content);
    expect(item.querySelector('b')).toBeNull();
  });

  it('can be tried again while it fails, and also copied or discarded once refused', async () => {
    const { rerender, user } = show(inbox, row('notSent'));
    await user.click(screen.getByRole('button', { name: 'Tap to retry' }));
    expect(screen.queryByRole('button', { name: 'Discard' })).toBeNull();
    rerender(row('refused'));
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    const clientMessageId = '00000000-0000-7000-8000-000000000001';
    expect(inbox.inputsOf('outbox.retry')).toEqual([{ clientMessageId }]);
    expect(inbox.inputsOf('clipboard.write')).toEqual([{ text: content }]);
    expect(inbox.inputsOf('outbox.discard')).toEqual([{ clientMessageId }]);
  });
});
