import { faults } from '../../harness/faults.ts';
import type { Act } from '../act.ts';

/** The first screen, what it says when something is wrong, and what is seen until the inbox is there. */
export const signInAct: Act = {
  name: 'sign-in',
  play: async ({ parts, shoot, openApp }) => {
    const backend = await parts.backend();
    const app = await openApp();
    await app.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await shoot(app, 'sign-in', 'The first start');
    await app.submitSignIn(backend.url, 'trainer@demo.test', 'wrong-password');
    await app.page.getByRole('alert').waitFor();
    await shoot(app, 'sign-in-refused', 'A wrong password');
    const proxy = await parts.proxy(backend.url);
    const held = proxy.addRule(
      ({ path }) => /\/snapshot\?(?!limit=1$)/.test(path),
      faults.holdRequest,
      Number.POSITIVE_INFINITY,
    );
    await app.submitSignIn(proxy.url, 'trainer@demo.test');
    await app.page.getByRole('status', { name: 'Loading conversations' }).waitFor();
    await shoot(app, 'inbox-loading', 'The first load: five shimmer rows');
    held.remove();
    await app.conversation('Maya Chen').waitFor();
  },
};
