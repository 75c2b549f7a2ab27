import type { Act } from '../act.ts';

const ETHAN = 'Ethan Brooks';
const TOMAS = 'Tomás Herrera';

/** The trainer's list of trainees, and the ways to write to one of them. */
export const traineesAct: Act = {
  name: 'trainees',
  play: async ({ parts, shoot, openApp }) => {
    const { url } = await parts.backend();
    const app = await openApp();
    await app.signIn(url);
    await app.railLink('Trainees').click();
    await app.trainee(TOMAS).waitFor();
    await shoot(app, 'trainees', 'All trainees');
    const filter = app.page.getByRole('searchbox', { name: 'Filter by name' });
    await filter.fill('nobody at all');
    await shoot(app, 'trainees-nobody', 'Nobody by that name');
    await filter.fill('');
    await app.page.getByRole('button', { name: `Actions for ${TOMAS}` }).click();
    await app.page.getByRole('menuitem', { name: 'Message' }).waitFor();
    await shoot(app, 'trainees-menu', 'What can be done with a trainee');
    await app.page.getByRole('menuitem', { name: 'Message' }).click();
    await app.composer(TOMAS).fill('Short one today: 20 minutes on the bike, then hips. Deal?');
    await shoot(app, 'quick-message', 'A quick message');
    await app.composer(TOMAS).press('Enter');
    await app.page.getByText('is on its way').first().waitFor();
    await shoot(app, 'toast', 'It is on its way');
    await app.page.getByRole('button', { name: `Actions for ${TOMAS}` }).click();
    await app.page.getByRole('menuitem', { name: 'Remove trainee' }).click();
    await app.page.getByRole('dialog', { name: `Remove ${TOMAS}?` }).waitFor();
    await shoot(app, 'trainee-remove', 'What removing a trainee means');
    await app.page.keyboard.press('Escape');
    await app.trainee(TOMAS).click();
    await app.page.getByText('Missed workouts this week').waitFor();
    await shoot(app, 'trainee', 'The page of a trainee');
    await app.page.getByRole('button', { name: 'Back to trainees' }).click();
    await app.trainee(ETHAN).click();
    await app.page.getByRole('button', { name: 'Send Message' }).click();
    await app.composer(ETHAN).waitFor();
    await shoot(app, 'thread-first', 'Before the first message');
  },
};
