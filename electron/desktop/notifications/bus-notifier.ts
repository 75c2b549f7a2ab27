/**
 * Notifications over the session bus, which is how Linux desktops show them. Electron's own class is not used there: it
 * asks the daemon on the main thread, and a daemon that hangs would hold up the socket and the outbox for minutes.
 */
import { type Bus, BUS_SERVICE } from '../dbus/bus.ts';
import type { BusValue } from '../dbus/values.ts';
import { watchService } from '../dbus/watched-service.ts';
import type { NotificationEvents, NotificationRequest, Notifier } from './notifier.ts';

const NAME = 'org.freedesktop.Notifications';
const DAEMON = { destination: NAME, path: '/org/freedesktop/Notifications', interface: NAME } as const;
/** A daemon that is well answers within this time. */
const PING_MS = 500;
/** How long the daemon may take to be started by the bus, or to take a notification. */
const PATIENCE_MS = 2_000;
/** Late answers are still of use: they name what is to be withdrawn. */
const LATE_MS = 60_000;
/** The daemon chooses how long it stays on the screen. */
const DEFAULT_TIMEOUT = -1;
const URGENCY_NORMAL = 1;

/** What {@link createBusNotifier} needs. */
export interface BusNotifierParts extends NotificationEvents {
  readonly bus: Bus;
  /** Shown by daemons that name the program. */
  readonly appName: string;
  /** Name of the `.desktop` file without its ending. */
  readonly desktopEntry: string;
  /** Name of an icon of the theme, or absolute path of an image. */
  readonly icon: string;
  /** Label of the button that answers in the notification. */
  readonly replyLabel: () => string;
}

/** One notification; its id is known once the daemon has answered. */
interface Entry {
  id: number;
  /** Number of the newest request with this key. */
  turn: number;
}

/** Creates the notifier; the daemon is asked what it can do when the first notification is to be shown. */
export function createBusNotifier(parts: BusNotifierParts): Notifier {
  const { bus } = parts;
  const entries = new Map<string, Entry>();
  let isThere = false;
  let capabilities: ReadonlySet<string> | null = null;
  let starting: Promise<unknown> | null = null;

  watchService(bus, NAME, (isNowThere) => {
    isThere = isNowThere;
    // Another daemon knows nothing of what the one before it showed.
    capabilities = null;
    for (const entry of entries.values()) entry.id = 0;
  });
  void bus.listen({ sender: NAME, interface: NAME, member: 'ActionInvoked' }, ([id, action]) => {
    const key = keyOf(id);
    if (key !== undefined && action === 'default') parts.onClick(key);
  });
  void bus.listen({ sender: NAME, interface: NAME, member: 'NotificationReplied' }, ([id, text]) => {
    const key = keyOf(id);
    if (key !== undefined && typeof text === 'string') parts.onReply(key, text);
  });
  void bus.listen({ sender: NAME, interface: NAME, member: 'NotificationClosed' }, ([id]) => {
    const entry = entries.get(keyOf(id) ?? '');
    if (entry !== undefined) entry.id = 0;
  });

  function keyOf(id: BusValue | undefined): string | undefined {
    for (const [key, entry] of entries) if (entry.id === id && id !== 0) return key;
    return undefined;
  }

  /** Lets the bus start a daemon that is installed but does not run. Nobody waits for one that never comes. */
  async function start(): Promise<void> {
    starting ??= bus
      .call(
        { ...BUS_SERVICE, member: 'StartServiceByName' },
        { signature: 'su', body: [NAME, 0], timeoutMs: LATE_MS },
      )
      .then((answer) => {
        starting = null;
        if (answer.ok) isThere = true;
      });
    await withinPatience(starting);
  }

  /** What the daemon can do, or null when there is none that answers. */
  async function ask(): Promise<ReadonlySet<string> | null> {
    if (!isThere) await start();
    if (!isThere) return null;
    if (capabilities !== null) return capabilities;
    const [information, list] = await Promise.all(
      ['GetServerInformation', 'GetCapabilities'].map((member) =>
        bus.call({ ...DAEMON, member }, { timeoutMs: PING_MS }),
      ),
    );
    if (information?.ok !== true || list?.ok !== true) return null;
    const [names] = list.value;
    capabilities = new Set(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
    return capabilities;
  }

  async function show(request: NotificationRequest): Promise<boolean> {
    const can = await ask();
    if (can === null) return false;
    const entry = entries.get(request.key) ?? { id: 0, turn: 0 };
    entries.set(request.key, entry);
    const turn = (entry.turn += 1);
    const answered = bus
      .call(
        { ...DAEMON, member: 'Notify' },
        { signature: 'susssasa{sv}i', body: notifyBody(parts, can, request, entry.id), timeoutMs: LATE_MS },
      )
      .then((answer) => {
        const id = answer.ok ? answer.value[0] : undefined;
        if (typeof id !== 'number') return false;
        // Withdrawn or replaced while the daemon was thinking.
        if (entries.get(request.key) !== entry || entry.turn !== turn) {
          if (id !== entry.id) void close(id);
          return true;
        }
        entry.id = id;
        return true;
      });
    const wasShown = await withinPatience(answered);
    if (wasShown !== true) capabilities = null;
    return wasShown === true;
  }

  function close(id: number): Promise<unknown> {
    return bus.call({ ...DAEMON, member: 'CloseNotification' }, { signature: 'u', body: [id] });
  }

  function withdraw(key: string): Promise<unknown> {
    const id = entries.get(key)?.id ?? 0;
    entries.delete(key);
    return id === 0 || !isThere ? Promise.resolve() : close(id);
  }

  return {
    show,
    withdraw: (key) => void withdraw(key),
    withdrawAll: async () => {
      await Promise.race([Promise.all([...entries.keys()].map(withdraw)), pause(PING_MS)]);
    },
  };
}

function notifyBody(
  parts: BusNotifierParts,
  can: ReadonlySet<string>,
  { title, body, isSilent, canReply }: NotificationRequest,
  replacesId: number,
): readonly BusValue[] {
  const actions = can.has('actions') ? ['default', ''] : [];
  const replies = canReply && can.has('inline-reply') ? ['inline-reply', parts.replyLabel()] : [];
  const hints: BusValue[] = [
    ['urgency', { signature: 'y', value: URGENCY_NORMAL }],
    ['category', { signature: 's', value: 'im.received' }],
    ['desktop-entry', { signature: 's', value: parts.desktopEntry }],
    isSilent
      ? ['suppress-sound', { signature: 'b', value: true }]
      : ['sound-name', { signature: 's', value: 'message-new-instant' }],
  ];
  const text = can.has('body-markup') ? escapeMarkup(body) : body;
  return [
    parts.appName,
    replacesId,
    parts.icon,
    title,
    text,
    [...actions, ...replies],
    hints,
    DEFAULT_TIMEOUT,
  ];
}

/** Such a daemon reads tags in the body; what people write is text. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function pause(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms).unref());
}

function withinPatience<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([promise, pause(PATIENCE_MS)]);
}
