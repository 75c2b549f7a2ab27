import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Composer } from '../../renderer/chat/composer.tsx';
import { useUi } from '../../renderer/ui-state.ts';
import { z } from '../../shared/schema.ts';
import { fail, ok } from '../../shared/result.ts';
import type { IpcResult } from '../../shared/ipc.ts';
import type { OutboxView } from '../../shared/views.ts';
import { MemoryInbox } from './memory-inbox.ts';
import { clear, show } from './window.tsx';

const MAYA = 7;

let inbox: MemoryInbox;
beforeEach(() => {
  inbox = new MemoryInbox();
});
afterEach(clear);

function composer(): HTMLTextAreaElement {
  return screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message Maya Chen' });
}

function sendButton(): HTMLButtonElement {
  return screen.getByRole<HTMLButtonElement>('button', { name: 'Send' });
}

function sent(): readonly string[] {
  return [...inbox.outbox.values()].flat().map((row) => row.content);
}

function queued(clientMessageId: string, content: string): OutboxView {
  return {
    clientMessageId,
    peerId: MAYA,
    content,
    position: 1,
    queuedAt: new Date().toISOString(),
    state: 'sending',
    reason: null,
  };
}

function showComposer() {
  return show(inbox, <Composer peerId={MAYA} peerName="Maya Chen" />);
}

describe('the composer', () => {
  it('has the focus and sends on Enter, exactly what was written, then is empty', async () => {
    const { user } = showComposer();
    await user.keyboard('  Good morning{Enter}');
    await waitFor(() => expect(composer().value).toBe(''));
    expect(sent()).toEqual(['Good morning']);
  });

  it('gives every message its own id, a UUID of version 7', async () => {
    const { user } = showComposer();
    await user.keyboard('Same{Enter}');
    await waitFor(() => expect(sent()).toHaveLength(1));
    await user.keyboard('Same{Enter}');
    await waitFor(() => expect(sent()).toEqual(['Same', 'Same']));
    const ids = [...inbox.outbox.values()].flat().map((row) => row.clientMessageId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  });

  it('begins a new line on Shift+Enter', async () => {
    const { user } = showComposer();
    await user.keyboard('one{Shift>}{Enter}{/Shift}two');
    expect(composer().value).toBe('one\ntwo');
    expect(sent()).toEqual([]);
  });

  it('leaves Enter to an input method', async () => {
    const { user } = showComposer();
    await user.keyboard('に');
    const composing = fireEvent.keyDown(composer(), { key: 'Enter', isComposing: true });
    const older = fireEvent.keyDown(composer(), { key: 'Enter', keyCode: 229 });
    expect([composing, older]).toEqual([true, true]);
    expect(inbox.inputsOf('outbox.enqueue')).toEqual([]);
  });

  it('sends nothing while Enter is held down', async () => {
    const { user } = showComposer();
    await user.keyboard('Hello');
    fireEvent.keyDown(composer(), { key: 'Enter', repeat: true });
    expect(inbox.inputsOf('outbox.enqueue')).toEqual([]);
    expect(composer().value).toBe('Hello');
  });

  it('cannot send blank text, not even invisible characters', async () => {
    const { user } = showComposer();
    expect(sendButton().disabled).toBe(true);
    await user.keyboard('   \u200b\u2060{Enter}');
    expect(sendButton().disabled).toBe(true);
    expect(inbox.inputsOf('outbox.enqueue')).toEqual([]);
  });

  it('counts code points from 1,800 on and refuses more than 2,000, keeping every one', () => {
    showComposer();
    const write = (text: string): void => {
      fireEvent.change(composer(), { target: { value: text } });
    };
    write('a'.repeat(1_799));
    expect(screen.queryByRole('status')).toBeNull();
    write('😀'.repeat(1_850));
    expect(screen.getByRole('status').textContent).toBe('1,850 of 2,000');
    write(`${'😀'.repeat(2_000)}  \n`);
    expect(screen.getByRole('status').textContent).toBe('2,000 of 2,000');
    expect(sendButton().disabled).toBe(false);
    write('😀'.repeat(2_001));
    expect(screen.getByRole('status').textContent).toBe('2,001 of 2,000');
    expect(sendButton().disabled).toBe(true);
    expect(screen.getByText('A message can have at most 2,000 characters.')).toBeTruthy();
    fireEvent.keyDown(composer(), { key: 'Enter' });
    expect(inbox.inputsOf('outbox.enqueue')).toEqual([]);
    expect(composer().value).toBe('😀'.repeat(2_001));
  });

  it('hands a text over once while the answer is pending, and keeps what is typed meanwhile', async () => {
    let answer: (result: IpcResult<'outbox.enqueue'>) => void = () => {};
    inbox.overrides['outbox.enqueue'] = () => new Promise((resolve) => (answer = resolve));
    const { user } = showComposer();
    await user.keyboard('First{Enter}');
    await user.keyboard('{Enter}');
    await user.click(sendButton());
    expect(inbox.inputsOf('outbox.enqueue')).toHaveLength(1);
    expect(composer().value).toBe('First');
    await user.click(composer());
    await user.keyboard(' and more');
    await act(async () => answer(ok(queued('x', 'First'))));
    await waitFor(() => expect(composer().value).toBe(' and more'));
  });

  it('is clear as soon as the bubble is there, even before the answer', async () => {
    inbox.overrides['outbox.enqueue'] = ({ clientMessageId, content }) => {
      inbox.publish({ type: 'outbox.upserted', item: queued(clientMessageId, content) });
      return new Promise(() => {});
    };
    const { user } = showComposer();
    await waitFor(() => expect(inbox.inputsOf('app.view')).toHaveLength(1));
    await user.keyboard('Quick{Enter}');
    await waitFor(() => expect(composer().value).toBe(''));
  });

  it('keeps the text and says why when it could not be stored', async () => {
    inbox.overrides['outbox.enqueue'] = () => fail({ code: 'storage_full' });
    const { user } = showComposer();
    await user.keyboard('Precious{Enter}');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'The disk is full. Messages cannot be saved until there is space again.',
    );
    expect(composer().value).toBe('Precious');
  });

  it('hands the same text over under the same id again, in case it was stored all the same', async () => {
    inbox.overrides['outbox.enqueue'] = () => fail({ code: 'storage_failed' });
    const { user } = showComposer();
    await user.keyboard('Precious{Enter}');
    await screen.findByRole('alert');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(inbox.inputsOf('outbox.enqueue')).toHaveLength(2));
    await user.keyboard('!{Enter}');
    await waitFor(() => expect(inbox.inputsOf('outbox.enqueue')).toHaveLength(3));
    const ids = inbox
      .inputsOf('outbox.enqueue')
      .map((input) => z.object({ clientMessageId: z.string() }).parse(input).clientMessageId);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it("keeps each person's text apart", () => {
    showComposer();
    fireEvent.change(composer(), { target: { value: 'For Maya' } });
    act(() => useUi.getState().setDraft(8, 'For Liam'));
    expect(composer().value).toBe('For Maya');
    expect(useUi.getState().drafts).toEqual({ [MAYA]: 'For Maya', 8: 'For Liam' });
  });

  it('says that somebody types on the first keystroke, then every two seconds, and when it stops', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      showComposer();
      const write = (value: string): boolean => fireEvent.change(composer(), { target: { value } });
      write('a');
      vi.advanceTimersByTime(1_900);
      write('ab');
      vi.advanceTimersByTime(100);
      write('abc');
      write('');
      write('d');
      fireEvent.blur(composer());
      expect(inbox.inputsOf('typing.set')).toEqual(
        [true, true, false, true, false].map((isTyping) => ({ peerId: MAYA, isTyping })),
      );
    } finally {
      vi.useRealTimers();
    }
  });
});
