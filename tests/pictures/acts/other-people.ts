import type { Act } from '../act.ts';

const JORDAN = 'Jordan Reyes';

/** The inbox as others than the trainer of the demo see it. */
export const otherPeopleAct: Act = {
  name: 'other-people',
  play: async ({ parts, shoot, openApp }) => {
    const { url } = await parts.backend();
    const maya = await openApp();
    await maya.signIn(url, 'maya@demo.test');
    await maya.openThread(JORDAN);
    await maya.bubbles(JORDAN).last().waitFor();
    await shoot(maya, 'trainee-thread', 'What a trainee sees');
    await maya.page.keyboard.press('Escape');
    await shoot(maya, 'trainee-inbox', 'A trainee’s one conversation');
    await maya.dispose();

    const robin = await openApp();
    await robin.submitSignIn(url, 'solo@demo.test');
    await robin.page.getByText('Your trainer will reach out here.').first().waitFor();
    await shoot(robin, 'trainee-empty', 'A trainee without messages');
    await robin.dispose();

    const ada = await openApp();
    await ada.submitSignIn(url, 'admin@demo.test');
    const view = ada.page.getByRole('button', { name: `View as ${JORDAN}` });
    await view.waitFor();
    await shoot(ada, 'admin', 'An admin: all trainers');
    await view.click();
    await ada.conversation('Maya Chen').waitFor();
    await ada.conversation('Maya Chen').click();
    await ada.bubbles('Maya Chen').last().waitFor();
    await shoot(ada, 'viewing-as', 'An admin looks at a trainer’s inbox');
  },
};
