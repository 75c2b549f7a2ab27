/** What a running package answers when it is asked as its window asks it, and what the display says of it. */
import { execFileSync } from 'node:child_process';
import type { UpdateView } from '../../shared/updates.ts';
import type { Display } from '../harness/display.ts';
import type { PackagedApp } from '../harness/packaged-app.ts';

/** The value of a call; the packaged app answers by the table that the caller was checked with. */
async function valueOf<Value>(app: PackagedApp, name: string, input: unknown): Promise<Value> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return ((await app.call(name, input)) as { readonly value: Value }).value;
}

/** How far an update is. */
export async function updatesOf(app: PackagedApp): Promise<UpdateView> {
  const view = await valueOf<{ readonly updates: UpdateView }>(app, 'app.view', {});
  return view.updates;
}

/** Texts of the messages to this person that the server has not acknowledged. */
export async function outboxOf(app: PackagedApp, person: string): Promise<readonly string[]> {
  const rows = await valueOf<readonly { peerId: number; peerName: string }[]>(app, 'conversations.list', {});
  const peerId = rows.find(({ peerName }) => peerName === person)?.peerId;
  const items = await valueOf<readonly { content: string }[]>(app, 'outbox.list', { peerId });
  return items.map(({ content }) => content);
}

/** The X11 property by which a desktop finds the entry of the app's window. */
export function windowClass(display: Display): string {
  const env = { ...process.env, ...display.env };
  const search = ['search', '--onlyvisible', '--name', 'Trainer Inbox'];
  const id = execFileSync('xdotool', search, { env, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  return execFileSync('xprop', ['-id', id, 'WM_CLASS'], { env, encoding: 'utf8' });
}
