/**
 * The one table of calls between the window and the main process: name, input schema, output type.
 * The preload script, the renderer's client and the handlers derive their types from it.
 */
import { desktopSettingsSchema, pauseLengthSchema } from './desktop.ts';
import type { ClientError } from './errors.ts';
import { LINK_MAX_LENGTH } from './links.ts';
import { placeSchema } from './place.ts';
import type { Result } from './result.ts';
import { z } from './schema.ts';
import type {
  AppView,
  ConversationView,
  MessagePage,
  OutboxView,
  SessionView,
  TraineeView,
} from './views.ts';
import { counterSchema, idSchema, type TraineeDetail, type User } from './wire/entities.ts';
import { languageChoiceSchema } from './words/languages.ts';

interface IpcCall<Input extends z.ZodType, Output> {
  readonly input: Input;
  /** Only a type; never present at run time. */
  readonly output?: Output;
}

function call<Output>() {
  return <Input extends z.ZodType>(input: Input): IpcCall<Input, Output> => ({ input });
}

const nothing = z.strictObject({});
const peer = z.strictObject({ peerId: idSchema });
const clientMessageId = z.uuid().toLowerCase();

export const ipcTable = {
  /** Everything the window needs before its first paint. */
  'app.view': call<AppView>()(nothing),
  'session.signIn': call<SessionView>()(
    z.strictObject({
      server: z.string().max(2_048),
      email: z.string().max(320),
      password: z.string().max(1_024),
    }),
  ),
  /** Starts the embedded demo backend and signs in as its trainer. */
  'session.exploreDemo': call<SessionView>()(nothing),
  /** With unsent messages and `ask`, nothing happens and their number comes back. */
  'session.signOut': call<{ readonly unsentCount: number; readonly isSignedOut: boolean }>()(
    z.strictObject({ unsent: z.enum(['ask', 'keep', 'discard']) }),
  ),
  /** Sets another password; this session goes on, the person's others end. */
  'session.changePassword': call<null>()(
    z.strictObject({ current: z.string().max(1_024), next: z.string().max(1_024) }),
  ),
  /** Shows an admin what this trainer sees, to be read only. */
  'session.viewAs': call<SessionView>()(z.strictObject({ userId: idSchema })),
  /** Leads an admin back to the list of trainers. */
  'session.stopViewing': call<null>()(nothing),
  /** All trainers; for admins. */
  'trainers.list': call<readonly User[]>()(nothing),
  /** Throws the demo's data away and starts it afresh. */
  'demo.reset': call<SessionView>()(nothing),
  'conversations.list': call<readonly ConversationView[]>()(nothing),
  /** Newest page, or the one before `beforeSeq`; at most 20 messages. */
  'messages.page': call<MessagePage>()(z.strictObject({ peerId: idSchema, beforeSeq: idSchema.nullable() })),
  'outbox.list': call<readonly OutboxView[]>()(peer),
  /** Answers only after the message is on disk. */
  'outbox.enqueue': call<OutboxView>()(
    z.strictObject({ clientMessageId, peerId: idSchema, content: z.string().max(100_000) }),
  ),
  /** Tries again at once; a refused message goes to the end of its queue, with the same id. */
  'outbox.retry': call<null>()(z.strictObject({ clientMessageId })),
  /** Removes an unsent message for good. */
  'outbox.discard': call<null>()(z.strictObject({ clientMessageId })),
  'read.mark': call<null>()(z.strictObject({ peerId: idSchema, upToSeq: counterSchema })),
  'typing.set': call<null>()(z.strictObject({ peerId: idSchema, isTyping: z.boolean() })),
  /** The thread that the person is looking at (window visible and focused), or null. */
  'focus.set': call<null>()(z.strictObject({ peerId: idSchema.nullable() })),
  'trainees.list': call<readonly TraineeView[]>()(nothing),
  /** Ends the relation with a trainee and archives the conversation; nothing to do if that was done before. */
  'trainees.remove': call<null>()(z.strictObject({ traineeId: idSchema })),
  'trainees.detail': call<TraineeDetail>()(z.strictObject({ traineeId: idSchema })),
  /** Connect and send now instead of at the next planned attempt. */
  'connection.retry': call<null>()(nothing),
  /** The screen has been painted with its data for the first time; the shell reports it on standard output. */
  'window.painted': call<null>()(z.strictObject({ screen: z.enum(['inbox', 'sign-in']) })),
  /** Speaks another language from now on, here and at the next start. */
  'language.choose': call<null>()(z.strictObject({ choice: languageChoiceSchema })),
  /** Changes the desktop's settings. */
  'desktop.configure': call<null>()(desktopSettingsSchema),
  /** Shows no notifications for a while; null ends the pause. */
  'desktop.pause': call<null>()(z.strictObject({ length: pauseLengthSchema.nullable() })),
  /** Shows a notification to try them out; false when the system does not show it. */
  'notifications.test': call<{ readonly wasShown: boolean }>()(nothing),
  /** Looks for a new version of the app now; what comes of it follows as changes. */
  'updates.check': call<null>()(nothing),
  /** Installs the version that is ready, and starts it. */
  'updates.install': call<null>()(nothing),
  /** The answer to `tray.introduced`. */
  'window.close': call<null>()(z.strictObject({ choice: z.enum(['hide', 'quit']) })),
  /** Opens a link of a message in the browser; anything but a secure web page is `link_not_opened`. */
  'link.open': call<null>()(z.strictObject({ link: z.string().max(LINK_MAX_LENGTH) })),
  /** Where the person is now, for the page that would follow if this one crashed. */
  'place.keep': call<null>()(placeSchema),
  /** An error in the window that nothing handled: its class alone, which holds nothing private. */
  'window.failed': call<null>()(z.strictObject({ kind: z.string().regex(/^[A-Za-z]{1,40}$/) })),
  /** Ends the app and starts it again. */
  'app.restart': call<null>()(nothing),
  /** What helps to find a fault: nothing private, no texts, names, addresses or tokens. */
  'diagnostics.read': call<{ readonly text: string }>()(nothing),
  /** Asks for a file and writes there what was read last; false when the person chose none. */
  'diagnostics.save': call<{ readonly isSaved: boolean }>()(nothing),
  'clipboard.write': call<null>()(z.strictObject({ text: z.string().max(100_000) })),
} as const;

export type IpcName = keyof typeof ipcTable;
export type IpcInput<Name extends IpcName> = z.infer<(typeof ipcTable)[Name]['input']>;
export type IpcOutput<Name extends IpcName> =
  | NonNullable<(typeof ipcTable)[Name]['output']>
  | Extract<(typeof ipcTable)[Name]['output'], null>;
export type IpcResult<Name extends IpcName> = Result<IpcOutput<Name>, ClientError>;

/** One handler for each call; inputs are already checked against the table. */
export type IpcHandlers = {
  readonly [Name in IpcName]: (input: IpcInput<Name>) => IpcResult<Name> | Promise<IpcResult<Name>>;
};

/** The whole bridge that the preload script puts into the window as `window.trainerInbox`. */
export interface TrainerInboxBridge {
  invoke(name: string, input: unknown): Promise<unknown>;
  /** Calls `listener` with each change batch; returns the way to stop it. */
  subscribe(listener: (batch: unknown) => void): () => void;
}
