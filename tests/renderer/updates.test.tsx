import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { useUi } from '../../renderer/ui-state.ts';
import type { UpdateView } from '../../shared/updates.ts';
import { conversation, MemoryInbox } from './memory-inbox.ts';
import { clear, show } from './window.tsx';

const READY: UpdateView = { phase: 'ready', version: '2.0.0' };
const OFFER = { name: 'Restart to update' };

describe('an update', () => {
  let inbox: MemoryInbox;

  beforeEach(() => {
    inbox = new MemoryInbox();
    inbox.conversations.set(2, conversation({ peerId: 2 }));
  });
  afterEach(clear);

  function become(updates: UpdateView): void {
    act(() => {
      inbox.updates = updates;
      inbox.publish({ type: 'updates.changed', updates });
    });
  }

  it('is offered in the rail alone, and not while something is written or on its way (L4)', async () => {
    const { user } = show(inbox, <App onRetry={() => {}} />);
    const rail = await screen.findByRole('navigation', { name: 'Main' });
    become({ phase: 'downloading', version: '2.0.0', percent: 40 });
    expect(within(rail).queryByRole('button')).toBeNull();
    become(READY);
    await within(rail).findByRole('button', OFFER);
    expect(screen.queryByRole('dialog')).toBeNull();

    act(() => useUi.getState().setDraft(2, 'Half a sent'));
    await waitFor(() => expect(within(rail).queryByRole('button', OFFER)).toBeNull());
    act(() => useUi.getState().setDraft(2, ''));
    await within(rail).findByRole('button', OFFER);
    const waiting = (waitingCount: number): void =>
      act(() =>
        inbox.publish({ type: 'connection.changed', connection: { ...inbox.connection, waitingCount } }),
      );
    waiting(1);
    await waitFor(() => expect(within(rail).queryByRole('button', OFFER)).toBeNull());
    waiting(0);
    await user.click(await within(rail).findByRole('button', OFFER));
    expect(inbox.inputsOf('updates.install')).toEqual([{}]);
  });

  it('is followed in the settings, from the check to what a person can do when it fails', async () => {
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await user.click(await screen.findByRole('link', { name: 'Settings' }));
    await user.click(await screen.findByRole('button', { name: 'Check now' }));
    expect(inbox.inputsOf('updates.check')).toEqual([{}]);
    become({ phase: 'checking' });
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Check now' })).toBeNull());
    become({ phase: 'downloading', version: '2.0.0', percent: 40 });
    const bar = await screen.findByRole('progressbar', { name: 'Downloading version 2.0.0…' });
    expect(bar).toHaveProperty('value', 40);
    for (const [problem, text] of [
      ['untrusted', /not signed/],
      ['damaged', /arrived damaged/],
      ['disk_full', /not enough room/],
      ['unreachable', /could not be reached/],
      ['failed', /did not work/],
    ] as const) {
      become({ phase: 'idle', checkedAt: null, problem });
      await screen.findByText(text);
    }
    become({ phase: 'manual', version: '2.0.0', command: "sudo apt install '/c/x.deb'", folder: '/c' });
    await screen.findByText("sudo apt install '/c/x.deb'");
    await screen.findByText('The package is in /c');
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(inbox.inputsOf('clipboard.write')).toEqual([{ text: "sudo apt install '/c/x.deb'" }]);
  });

  it('is no subject in a copy that does not update itself', async () => {
    inbox.updates = { phase: 'off' };
    const { user } = show(inbox, <App onRetry={() => {}} />);
    await user.click(await screen.findByRole('link', { name: 'Settings' }));
    await screen.findByText('Trainer Inbox 0.1.0');
    expect(screen.queryByRole('heading', { name: 'Updates' })).toBeNull();
  });
});
