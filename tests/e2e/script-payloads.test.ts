/** Five hundred texts that would like to be scripts, in every place where texts and names appear. */
import SqliteDatabase from 'better-sqlite3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MESSAGE_MAX_CODE_POINTS } from '../../shared/limits.ts';
import type { AppUnderTest } from '../harness/app.ts';
import type { DesktopSession } from '../harness/dbus/desktop-session.ts';
import { watchPage, type PageWatch } from '../harness/page-watch.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { payloadMessages, SCRIPT_PAYLOADS } from '../harness/script-payloads.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

/** Elements that the app never draws. */
const FOREIGN_ELEMENTS =
  'script:not([src^="app:"], [src^="./"], [src^="/"]), iframe, object, embed, base, form[action], video, audio, source, ' +
  'details, marquee, math, meta[http-equiv], style, img:not([src^="data:"], [src^="app:"]), svg script';

describe.runIf(process.platform === 'linux')('a text that would like to be a script (G8)', () => {
  const parts = partsOfThisFile();
  const messages = payloadMessages(MESSAGE_MAX_CODE_POINTS);
  let desktop: DesktopSession;
  let app: AppUnderTest;
  let watched: PageWatch;
  let sender: TraineeClient;
  let conversationId: number;
  /** The sender's name, and others'. */
  let names: readonly string[];

  beforeAll(async () => {
    desktop = await parts.desktop();
    desktop.notifications.capabilities = ['actions', 'body', 'body-markup', 'persistence'];
    const backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0' });
    names = giveNames(backend.database);
    sender = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await sender.conversationWith('Jordan Reyes')).id;
    app = await parts.app([], desktop.env);
    watched = watchPage(app.page);
    await app.signIn(backend.url);
  });
  beforeEach(() => pictureOnFailure(app));

  /** As a platform would that takes any name: straight into the accounts. */
  function giveNames(file: string): readonly string[] {
    const database = new SqliteDatabase(file);
    const trainees = database
      .prepare<[], { id: number; email: string }>(
        "SELECT id, email FROM users WHERE role = 'trainee' ORDER BY email = 'maya@demo.test' DESC, id",
      )
      .all();
    const short = SCRIPT_PAYLOADS.filter((payload) => payload.length <= 60);
    const given = trainees.map(({ id }, index) => {
      const name = short[(index * 7) % short.length] ?? '';
      database.prepare('UPDATE users SET name = ? WHERE id = ?').run(name, id);
      return name;
    });
    database.close();
    return given;
  }

  /** Nothing of all that was seen became more than text. */
  async function expectOnlyText(): Promise<void> {
    const page = await app.page.evaluate((selector) => {
      const elements = [...document.querySelectorAll('*')];
      return {
        foreign: [...document.querySelectorAll(selector)].map((element) => element.outerHTML),
        handlers: elements.flatMap((element) =>
          element.getAttributeNames().filter((name) => name.startsWith('on')),
        ),
        links: [...document.querySelectorAll('a')].filter(
          (link) => link.getAttribute('href')?.startsWith('javascript:') === true,
        ).length,
        isOwned: 'isOwned' in window,
        address: location.href,
      };
    }, FOREIGN_ELEMENTS);
    expect(page).toEqual({
      foreign: [],
      handlers: [],
      links: 0,
      isOwned: false,
      address: 'app://inbox/index.html',
    });
    expect(watched.foreignRequests).toEqual([]);
    expect(watched.dialogs).toEqual([]);
    expect(app.electron.windows()).toHaveLength(1);
  }

  it('is one of five hundred different ones', () => {
    expect(new Set(SCRIPT_PAYLOADS).size).toBe(500);
    expect(names.length).toBeGreaterThan(8);
  });

  it('stays a name: in the list, the header, the composer, tooltips, the list of trainees and their pages', async () => {
    for (const name of names.slice(0, 6)) {
      await app.conversation(name).click();
      await eventually(() => app.page.getByRole('heading', { level: 2 }).first().textContent()).toBe(name);
      await app.page.getByRole('textbox').last().waitFor();
    }
    await expectOnlyText();
    await app.railLink('Trainees').click();
    await app.trainee(names[0] ?? '').waitFor();
    await expectOnlyText();
    await app.trainee(names[0] ?? '').click();
    await app.page.getByRole('button', { name: 'Send Message' }).waitFor();
    await expectOnlyText();
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('dialog').waitFor();
    await expectOnlyText();
    await app.page.keyboard.press('Escape');
    await app.railLink('Trainees').click();
  });

  it('stays a name and a text: in the menu, the quick message, and the toast that tells of it', async () => {
    const name = names[1] ?? '';
    await app.page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
    await app.page.getByRole('menuitem', { name: 'Message', exact: true }).click();
    const dialog = app.page.getByRole('dialog', { name: `Message ${name}`, exact: true });
    await dialog.getByRole('textbox').fill(SCRIPT_PAYLOADS[0] ?? '');
    await expectOnlyText();
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await app.page.getByText(`Message to ${name} is on its way`, { exact: true }).first().waitFor();
    await expectOnlyText();
  });

  it('stays a text: in the bubble and in the preview', async () => {
    await app.railLink('Messages').click();
    await app.conversation(names[0] ?? '').click();
    for (const text of messages) {
      const { content } = await sender.send(conversationId, text);
      await eventually(() =>
        app.page.evaluate(
          (wanted) =>
            [...document.querySelectorAll('[role=log] *')].some((element) => element.textContent === wanted),
          content,
        ),
      ).toBe(true);
      const start = content.replace(/\s+/g, ' ').slice(0, 20);
      await eventually(async () =>
        (await app.conversation(names[0] ?? '').textContent())?.includes(start),
      ).toBe(true);
    }
    await expectOnlyText();
  });

  it('is escaped in notifications for a daemon that reads markup, and is nowhere in tray and title', async () => {
    await app.loseFocus();
    const from = desktop.notifications.shown.all.length;
    for (const text of messages) await sender.send(conversationId, text);
    const last = messages.at(-1)?.slice(0, 12) ?? '';
    const unescape = (text: string): string =>
      text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    await desktop.notifications.shown.find('the last one', ({ body }) => unescape(body).startsWith(last), {
      from,
    });
    const bodies = desktop.notifications.shown.all.slice(from).map(({ body }) => body);
    expect(bodies.filter((body) => /[<>]/.test(body))).toEqual([]);
    const shell = JSON.stringify([
      await desktop.tray.toolTip(),
      await desktop.tray.menu(),
      await app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((each) => each.getTitle()),
      ),
    ]);
    expect(shell).not.toMatch(/[<>]|evil|isOwned/);
    await expectOnlyText();
  });
});
