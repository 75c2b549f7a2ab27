/** The app in a network as companies have it: one way out, by a proxy, and certificates of their own. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { AUTHORITY_FILE, type GuardedNetwork, openGuardedNetwork } from '../harness/guarded-network.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

describe.runIf(process.platform === 'linux')('behind a proxy that the system names (D13)', () => {
  const parts = partsOfThisFile();
  let network: GuardedNetwork;
  let app: AppUnderTest;
  let maya: TraineeClient;

  beforeAll(async () => {
    const { url } = await parts.backend();
    maya = await parts.client(url, 'maya@demo.test');
    network = parts.keep(await openGuardedNetwork(url), (each) => each.close());
    app = await parts.app([], {
      // Where no desktop has settings of its own, these are the system's.
      https_proxy: `http://${network.proxy}`,
      SSL_CERT_FILE: AUTHORITY_FILE,
    });
  });
  beforeEach(() => pictureOnFailure(app));

  it('the app says so when the proxy does not let it through', async () => {
    network.answerWith(407);
    await app.submitSignIn(network.origin, 'trainer@demo.test');
    await app.page
      .getByRole('alert')
      .getByText(/proxy did not let the app through/)
      .waitFor();
  });

  it('it signs in through it, to a server that only the system’s own authority vouches for', async () => {
    network.answerWith(200);
    await app.signIn(network.origin);
    const { host } = new URL(network.origin);
    expect(new Set(network.asked)).toEqual(new Set([host]));
  });

  it('messages come live through it', async () => {
    await app.openThread('Maya Chen');
    await maya.send((await maya.conversationWith('Jordan Reyes')).id, 'through the wall');
    await app.bubble('Maya Chen', 'through the wall').waitFor();
    await app.page.getByRole('status', { name: /Reconnecting|Offline/ }).waitFor({ state: 'hidden' });
    const view = await app.call('app.view', {});
    expect(view).toMatchObject({ ok: true, value: { connection: { phase: 'live' } } });
  });
});
