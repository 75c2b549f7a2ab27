import type { Act } from '../act.ts';

/** The first screen, and what it says when something is wrong. */
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
  },
};
