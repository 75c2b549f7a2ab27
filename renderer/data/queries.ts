/** What the screens read. Every read goes to the main process; published changes keep it true. */
import { skipToken, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { ClientError } from '../../shared/errors.ts';
import type { IpcInput, IpcName, IpcOutput } from '../../shared/ipc.ts';
import type { AppView, ConversationView, OutboxView, TraineeView } from '../../shared/views.ts';
import type { Message, TraineeDetail, User } from '../../shared/wire/entities.ts';
import { call } from '../bridge.ts';
import { useWords } from '../words.ts';
import { keys } from './keys.ts';

/** A read that failed, as the query cache holds it. */
export class ReadError extends Error {
  readonly detail: ClientError;
  constructor(detail: ClientError) {
    super(detail.code);
    this.detail = detail;
  }
}

/** A call whose refusal is thrown, as the query cache wants it. */
export async function read<Name extends IpcName>(
  name: Name,
  input: IpcInput<Name>,
): Promise<IpcOutput<Name>> {
  const result = await call(name, input);
  if (!result.ok) throw new ReadError(result.error);
  return result.value;
}

/** The app's own state; undefined before the first answer. */
export function useAppView(): AppView | undefined {
  return useQuery<AppView>({ queryKey: keys.app, queryFn: skipToken }).data;
}

/** True while an admin looks at this inbox: nothing in it may be changed. */
export function useIsReadOnly(): boolean {
  return (useAppView()?.session?.impersonator ?? null) !== null;
}

function isNameless(row: ConversationView): boolean {
  return row.peerName === '';
}

/** Gives a name to people who have none here. */
function useNaming(): (row: ConversationView) => ConversationView {
  const role = useAppView()?.session?.user.role;
  const { say } = useWords();
  return useCallback(
    (row) => {
      if (!isNameless(row)) return row;
      return { ...row, peerName: say(role === 'trainee' ? 'common.yourTrainer' : 'common.formerTrainee') };
    },
    [role, say],
  );
}

/** All conversations, newest first. */
export function useConversations() {
  const named = useNaming();
  return useQuery<readonly ConversationView[], ReadError>({
    queryKey: keys.conversations,
    queryFn: () => read('conversations.list', {}),
    select: useCallback(
      (rows: readonly ConversationView[]) => (rows.some(isNameless) ? rows.map(named) : rows),
      [named],
    ),
  });
}

/** One row of the conversation list; undefined when there is none. */
export function useConversation(peerId: number): ConversationView | undefined {
  const named = useNaming();
  return useQuery<readonly ConversationView[], ReadError, ConversationView | undefined>({
    queryKey: keys.conversations,
    queryFn: () => read('conversations.list', {}),
    select: (rows) => rows.filter((row) => row.peerId === peerId).map(named)[0],
  }).data;
}

/** Messages published since the thread's history was read. */
export function useArrivals(peerId: number): readonly Message[] | undefined {
  return useQuery<readonly Message[]>({ queryKey: keys.arrivals(peerId), queryFn: skipToken }).data;
}

/** Unacknowledged messages to this person, in queue order. */
export function useOutbox(peerId: number): readonly OutboxView[] | undefined {
  return useQuery<readonly OutboxView[], ReadError>({
    queryKey: keys.outbox(peerId),
    queryFn: () => read('outbox.list', { peerId }),
  }).data;
}

/** The trainer's trainees. */
export function useTrainees(isEnabled = true) {
  return useQuery<readonly TraineeView[], ReadError>({
    queryKey: keys.trainees,
    queryFn: () => read('trainees.list', {}),
    enabled: isEnabled,
  });
}

/** All trainers; for admins. */
export function useTrainers() {
  return useQuery<readonly User[], ReadError>({
    queryKey: keys.trainers,
    queryFn: () => read('trainers.list', {}),
  });
}

/** One trainee's page. */
export function useTrainee(traineeId: number) {
  return useQuery<TraineeDetail, ReadError>({
    queryKey: keys.trainee(traineeId),
    queryFn: () => read('trainees.detail', { traineeId }),
  });
}
