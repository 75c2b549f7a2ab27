import type { AppUnderTest } from '../../harness/app.ts';
import type { TraineeClient } from '../../harness/trainee-client.ts';
import type { Act, Stage } from '../act.ts';

const AMARA = 'Amara Okafor';
const AIKO = 'Aiko Tanaka';
const JORDAN = 'Jordan Reyes';
const LIAM = 'Liam O’Connor';
const MAYA = 'Maya Chen';

const HARD_TEXTS = [
  'שלום ג׳ורדן, סיימתי 5 × 5 ב־60 ק״ג 💪',
  'A link with no spaces: https://example.com/training/plans/half-marathon/sixteen-weeks/week-twelve/thursday/intervals',
  `Pneumono${'ultramicroscopic'.repeat(12)}`,
  'Family emoji: 👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈',
  'A plan:\n\n1. Squat 3 × 5\n2. Bench 3 × 5\n3. Row 3 × 8',
] as const;

/** The list of conversations and its filters. */
async function showList({ shoot }: Stage, app: AppUnderTest): Promise<void> {
  await shoot(app, 'inbox', 'The inbox, nothing selected');
  await app.page.getByRole('tab', { name: 'Needs reply' }).click();
  await shoot(app, 'inbox-needs-reply', 'Who waits for an answer');
  await app.page.getByRole('tab', { name: 'All' }).click();
  await app.page.keyboard.press('Tab');
  await app.page.keyboard.press('ArrowDown');
  await shoot(app, 'inbox-keyboard', 'The list worked by keyboard');
}

/** Opening, reading, writing. */
async function showThread(
  { shoot }: Stage,
  app: AppUnderTest,
  maya: TraineeClient,
  id: number,
): Promise<void> {
  await app.openThread(AMARA);
  await app.page.getByText('New messages', { exact: true }).waitFor();
  await shoot(app, 'thread-unread', 'A thread with unread messages');
  await app.openThread(MAYA);
  await app.bubbles(MAYA).last().waitFor();
  await app.write(MAYA, 'Leave it out. Two easy runs, then trust the work. You are ready.');
  const { seq } = await maya.received('Leave it out. Two easy runs, then trust the work. You are ready.');
  await maya.markRead(id, seq);
  await app.waitForDelivery(MAYA, 'Leave it out. Two easy runs, then trust the work. You are ready.', 'Read');
  await app.page.getByRole('option', { name: MAYA, exact: true }).waitFor();
  await shoot(app, 'thread', 'A thread at its end');
  // A sign of typing lasts three seconds: the pictures are taken within one of them each.
  const typing = setInterval(() => maya.setTyping(id, true), 1_000);
  await app.page.getByText(`${MAYA} is typing...`).waitFor();
  await shoot(app, 'thread-typing', 'The other person types');
  clearInterval(typing);
  maya.setTyping(id, false);
  await app.thread(MAYA).hover();
  await app.page.mouse.wheel(0, -1_200);
  await app.page.getByRole('button', { name: 'Go to the newest message' }).waitFor();
  await maya.send(id, 'One more thing: breakfast at six or at seven?');
  await maya.send(id, 'And gels every half hour?');
  await app.page.getByRole('button', { name: '2 new messages' }).waitFor();
  await shoot(app, 'thread-scrolled-up', 'New messages while reading history');
  await app.page.getByRole('button', { name: '2 new messages' }).click();
}

/** The composer from a few lines to too many characters. */
async function showComposer({ shoot }: Stage, app: AppUnderTest): Promise<void> {
  const { length } = 'Keep the long run easy. ';
  await app
    .composer(MAYA)
    .fill('Three things for Sunday:\n– breakfast at six\n– gels from kilometre 5\n– smile');
  await shoot(app, 'composer-lines', 'A message of several lines');
  await app.composer(MAYA).fill('Keep the long run easy. '.repeat(Math.floor(1_850 / length)));
  await shoot(app, 'composer-counter', 'Near the limit');
  await app.composer(MAYA).fill('Keep the long run easy. '.repeat(Math.floor(2_100 / length)));
  await shoot(app, 'composer-too-long', 'Beyond the limit');
  await app.composer(MAYA).fill('');
}

/** Texts that are hard to lay out. */
async function showHardTexts({ parts, shoot }: Stage, app: AppUnderTest, url: string): Promise<void> {
  const aiko = await parts.client(url, 'aiko@demo.test');
  const { id } = await aiko.conversationWith(JORDAN);
  for (const text of HARD_TEXTS) await aiko.send(id, text);
  await app.openThread(AIKO);
  await app.bubbles(AIKO).last().waitFor();
  await app.write(AIKO, 'تمام 👌 see you on Monday');
  await app.waitForDelivery(AIKO, 'تمام 👌 see you on Monday', 'Sent');
  await shoot(app, 'thread-hard-texts', 'Right to left, long words, emoji, line breaks');
}

/** The inbox of a trainer, and a thread of theirs. */
export const messagesAct: Act = {
  name: 'messages',
  play: async (stage) => {
    const { parts, shoot, openApp } = stage;
    const { url } = await parts.backend();
    const maya = await parts.client(url, 'maya@demo.test');
    const { id } = await maya.conversationWith(JORDAN);
    const app = await openApp();
    await app.signIn(url);
    await app.conversation(LIAM).waitFor();
    await showList(stage, app);
    await app.page.getByRole('button', { name: 'Dismiss' }).click();
    await showThread(stage, app, maya, id);
    await showComposer(stage, app);
    await showHardTexts(stage, app, url);
    await app.openThread(LIAM);
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('combobox', { name: 'Name' }).fill('o');
    await shoot(app, 'switcher', 'Finding a person');
    await app.page.keyboard.press('Escape');
    await app.conversation(LIAM).focus();
    await app.page.keyboard.press('?');
    await app.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await shoot(app, 'shortcuts', 'All shortcuts');
    await app.page.keyboard.press('Escape');
    await shoot(app, 'high-contrast', 'More contrast', { contrast: 'more' });
    await shoot(app, 'forced-colors', 'Forced colours', { forcedColors: 'active' });
  },
};
