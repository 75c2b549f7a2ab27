import { act, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { MemoryInbox } from './memory-inbox.ts';
import { clear, show } from './window.tsx';

const ADMIN = { id: 9, role: 'admin', name: 'Ada Admin', email: 'ada@inbox.test' } as const;

describe('the banner of the connection (ES-2)', () => {
  let inbox: MemoryInbox;

  beforeEach(async () => {
    inbox = new MemoryInbox();
    show(inbox, <App onRetry={() => undefined} />);
    await screen.findByText('No conversations yet');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    clear();
  });

  const connection = async (some: Partial<MemoryInbox['connection']>): Promise<void> => {
    inbox.connection = { ...inbox.connection, ...some };
    await act(async () => inbox.publish({ type: 'connection.changed', connection: inbox.connection }));
  };
  const pass = async (ms: number): Promise<void> => await act(async () => void vi.advanceTimersByTime(ms));
  const banner = () => screen.queryByRole('status', { name: /Reconnecting|Offline/ })?.textContent ?? null;

  it('says nothing of a blip, then "Reconnecting...", then since when and how much waits, with a way to retry', async () => {
    await connection({ phase: 'offline', lastUpdatedAt: '2026-11-20T14:05:00.000Z', waitingCount: 1 });
    await pass(2_900);
    expect(banner()).toBeNull();
    await pass(200);
    expect(banner()).toBe('Reconnecting...');
    await pass(7_000);
    expect(banner()).toMatch(/^Offline\. Last updated \d{1,2}:05.*\. 1 message waiting$/);
    await connection({ waitingCount: 2 });
    expect(banner()).toMatch(/2 messages waiting$/);
    await act(async () => screen.getByRole('button', { name: 'Retry' }).click());
    expect(inbox.inputsOf('connection.retry')).toEqual([{}]);
    await connection({ phase: 'live' });
    expect(banner()).toBeNull();
  });

  it('stays "Reconnecting..." while the server answers without a socket', async () => {
    await connection({ phase: 'polling' });
    await pass(60_000);
    expect(banner()).toBe('Reconnecting...');
  });
});

describe('the banner of an admin’s look (EC-10)', () => {
  afterEach(clear);

  it('names the trainer as long as it lasts, and leads back', async () => {
    const inbox = new MemoryInbox();
    inbox.session = {
      user: { id: 1, role: 'trainer', name: 'Jordan Reyes', email: 'j@inbox.test' },
      server: 'https://inbox.test',
      isDemo: false,
      isRemembered: true,
      impersonator: ADMIN,
    };
    inbox.trainers = [inbox.session.user];
    const { user } = show(inbox, <App onRetry={() => undefined} />);
    await screen.findByRole('status', { name: 'Viewing as Jordan Reyes, read-only' });
    await user.click(screen.getByRole('button', { name: 'Stop viewing' }));
    await user.click(await screen.findByRole('button', { name: 'View as Jordan Reyes' }));
    await screen.findByRole('status', { name: 'Viewing as Jordan Reyes, read-only' });
    expect(inbox.inputsOf('session.viewAs')).toEqual([{ userId: 1 }]);
  });
});
