import { describe, expect, it } from 'vitest';
import { offlineFetch, openOfflineSocket } from '../../electron/desktop/offline.ts';
import { waitFor } from '../harness/wait.ts';
import { createEngineUnderTest } from './support/engine-under-test.ts';
import { PEER_ID, signedIn, write } from './support/signed-in.ts';

describe('an engine without network, on purpose (L10)', () => {
  it('shows what is kept, keeps what is written, and reaches nobody; the next start sends it', async () => {
    const { server, under } = await signedIn((prepared) => write(prepared, 1));
    under.engine.stop();
    await waitFor('the socket to close', () => server.socketCount === 0);
    const from = server.requests.length;

    const safe = createEngineUnderTest({
      dataDir: under.dataDir,
      network: { fetch: offlineFetch, openSocket: openOfflineSocket },
    });
    safe.engine.start();
    expect(safe.engine.view().session?.user.id).toBe(server.user.id);
    expect(await safe.texts(PEER_ID)).toEqual(['text 1']);
    safe.enqueue(PEER_ID, 'written in between');
    await safe.told('connection.changed', ({ connection }) => connection.phase === 'offline');
    expect(server.requests).toHaveLength(from);
    expect(server.socketCount).toBe(0);
    safe.engine.stop();

    const normal = createEngineUnderTest({ dataDir: under.dataDir });
    normal.engine.start();
    await normal.told('message.upserted', ({ message }) => message.content === 'written in between');
  });
});
