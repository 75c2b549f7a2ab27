import { describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait.ts';
import { SELF_ID } from './support/builders.ts';
import { createEngineUnderTest, type EngineUnderTest } from './support/engine-under-test.ts';
import { live, PEER_ID, signedIn, write } from './support/signed-in.ts';

describe('pages of history', () => {
  async function withHistory() {
    return signedIn((server) => {
      for (let number = 1; number <= 60; number += 1) write(server, number, SELF_ID);
    });
  }
  const page = ({ engine }: EngineUnderTest, beforeSeq: number | null) =>
    engine.handlers['messages.page']({ peerId: PEER_ID, beforeSeq });

  it('are fetched once, however many ask at the same time, and then come from the cache', async () => {
    const { server, under } = await withHistory();
    const [first, second] = await Promise.all([page(under, null), page(under, null)]);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ ok: true, value: { hasMore: true, error: null } });
    expect(first.ok && first.value.items.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 41),
    );
    await page(under, null);
    expect(server.seen(/GET .*messages/).length).toBe(1);
  });

  it('fill the hole that an absence left, and end at the first message', async () => {
    const { under } = await withHistory();
    const seqs = async (beforeSeq: number | null) => {
      const answer = await page(under, beforeSeq);
      return answer.ok
        ? [answer.value.items[0]?.seq, answer.value.items.at(-1)?.seq, answer.value.hasMore]
        : null;
    };
    expect(await seqs(30)).toEqual([10, 29, true]);
    expect(await seqs(null)).toEqual([41, 60, true]);
    expect(await seqs(41)).toEqual([21, 40, true]);
    expect(await seqs(10)).toEqual([1, 9, false]);
  });

  it('show what is there, with the reason, when the server does not answer', async () => {
    const { server, under } = await withHistory();
    server.script = ({ path }) => (path.includes('/messages?') ? { status: 503, body: '' } : null);
    expect(await page(under, null)).toMatchObject({
      ok: true,
      value: { items: [{ seq: 60 }], hasMore: true, error: { code: 'server_error' } },
    });
  });
});

describe('read marks', () => {
  it('count at once, survive a restart, and reach the server as one highest mark (A12)', async () => {
    const { server, under } = await signedIn((fresh) => {
      for (const number of [1, 2, 3]) write(fresh, number);
    });
    server.script = ({ path }) => (path.endsWith('/read') ? { status: 503, body: '' } : null);
    for (const upToSeq of [1, 3, 2]) await under.engine.handlers['read.mark']({ peerId: PEER_ID, upToSeq });
    expect(under.conversation(PEER_ID)).toMatchObject({ unreadCount: 0, readSeq: 3 });
    expect(under.engine.view().unreadCount).toBe(0);
    await waitFor('a mark that did not arrive', () => server.seen(/POST .*read/).length === 1);
    under.engine.stop();
    server.script = () => null;
    const before = server.seen(/POST .*read/).length;
    const again = createEngineUnderTest({ dataDir: under.dataDir });
    again.engine.start();
    expect(again.conversation(PEER_ID)?.unreadCount).toBe(0);
    await waitFor('the mark at the server', () => server.seen(/POST .*read/).length > before);
    expect(
      server
        .seen(/POST .*read/)
        .slice(before)
        .map(({ body }) => body),
    ).toEqual([{ upToSeq: 3 }]);
    await live(again);
  });

  it('never reach beyond the last message', async () => {
    const { server, under } = await signedIn((fresh) => void write(fresh, 1));
    await under.engine.handlers['read.mark']({ peerId: PEER_ID, upToSeq: 1_000 });
    await waitFor('the mark at the server', () => server.seen(/POST .*read/).length === 1);
    expect(server.seen(/POST .*read/)[0]?.body).toEqual({ upToSeq: 1 });
  });
});
