import type { Act } from '../act.ts';

/** The settings, of a session and of the demo. */
export const settingsAct: Act = {
  name: 'settings',
  play: async ({ parts, shoot, openApp }) => {
    const { url } = await parts.backend();
    const app = await openApp();
    await app.signIn(url);
    await app.railLink('Settings').click();
    await app.page.getByRole('heading', { name: 'Settings' }).waitFor();
    await shoot(app, 'settings', 'Settings');
    await app.page.getByRole('checkbox').last().scrollIntoViewIfNeeded();
    await shoot(app, 'settings-end', 'Settings, the rest of them');

    const demo = await openApp(['--demo']);
    await demo.conversation('Maya Chen').waitFor();
    await demo.openThread('Maya Chen');
    await demo.bubbles('Maya Chen').last().waitFor();
    await shoot(demo, 'demo', 'The demo, which says that it is one');
  },
};
