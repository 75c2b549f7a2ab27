import type { Namespace, Socket } from 'socket.io';
import type { ServerEventName, ServerEvents } from '../../shared/wire/socket.ts';
import type { Principal } from '../accounts/sessions.ts';
import type { Viewer } from '../messaging/viewer.ts';

/** What the server emits, as Socket.IO wants it typed. */
export type Emitted = { [Name in ServerEventName]: (payload: ServerEvents[Name]) => void };

/** Client events are not typed: every one is read through its schema. */
export type Received = Record<string, (...args: unknown[]) => void>;

/** What the server remembers of one socket. */
export interface SocketState {
  principal: Principal;
  readonly viewer: Viewer;
  /** The conversation that the person is looking at. */
  focusedConversationId: number | null;
}

export type MessagingNamespace = Namespace<Received, Emitted, Record<string, never>, SocketState>;
export type MessagingSocket = Socket<Received, Emitted, Record<string, never>, SocketState>;

/** The person who signed in: an admin who acts for somebody is still the admin. */
export const personOf = ({ user, impersonator }: Principal): number => impersonator?.id ?? user.id;

/** Room of all sockets of a user. */
export const userRoom = (userId: number): string => `user:${userId}`;
/** Room of the sockets whose people are looking at a conversation. */
export const conversationRoom = (conversationId: number): string =>
  `messaging_conversation_${conversationId}`;
