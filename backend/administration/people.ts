import type { Role } from '../../shared/wire/entities.ts';
import { hashPassword } from '../accounts/passwords.ts';
import { endSessions, updatePassword } from '../accounts/repository.ts';
import { CommandFailure } from '../command-failure.ts';
import { appendToFeeds, type NewFeedEvent } from '../messaging/feed-repository.ts';
import { changeTrainer } from '../messaging/trainee-repository.ts';
import type { Clock } from '../operations/clock.ts';
import type { Database } from '../storage/database.ts';
import type { Queries, WriteTransaction } from '../storage/tables.ts';
import * as repository from './people-repository.ts';

/** An account as the operator describes it. */
export interface NewAccount {
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Somebody by id or e-mail address. */
export type Reference = number | string;

/** What an operator does with accounts. Messages are never deleted; a deleted account counts as nobody. */
export interface People {
  /** @returns the id. @throws CommandFailure when the address is taken */
  create(account: NewAccount): Promise<number>;
  /** @throws CommandFailure when there is nobody of this role */
  find(reference: Reference, role?: Role): Promise<number>;
  /** Ends all sessions and lets nobody sign in. @throws CommandFailure when there is nobody */
  deactivate(reference: Reference): Promise<number>;
  /** Lets them sign in again. @throws CommandFailure when there is nobody */
  reactivate(reference: Reference): Promise<number>;
  /** Replaces the password and ends all sessions. @throws CommandFailure when there is nobody */
  setPassword(reference: Reference, password: string): Promise<number>;
  /**
   * Forgets who somebody was and keeps what was written: name, address and facts are replaced, relations
   * end, conversations are archived, and the other participants' apps are told. Cannot be undone.
   * @throws CommandFailure when there is nobody
   */
  remove(reference: Reference): Promise<number>;
}

/** What stands where the name of a deleted account was. */
const DELETED_NAME = 'Deleted account';
/** A domain that nobody can own (RFC 2606); the address also tells a deleted account from a deactivated one. */
const DELETED_DOMAIN = 'deleted.invalid';

async function findOrFail(db: Queries, reference: Reference, role?: Role): Promise<repository.PersonRow> {
  const key = typeof reference === 'string' ? reference.toLowerCase() : reference;
  const person = await repository.findPerson(db, key);
  if (!person) throw new CommandFailure('There is no account with this id or e-mail address.');
  if (person.email.endsWith(`@${DELETED_DOMAIN}`)) {
    throw new CommandFailure('This account was deleted, and that cannot be undone.');
  }
  if (role !== undefined && person.role !== role) {
    throw new CommandFailure(`Account ${person.id} is of a ${person.role}, not of a ${role}.`);
  }
  return person;
}

/** The accounts of this database. */
export function createPeople({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): People {
  async function change(
    reference: Reference,
    work: (trx: WriteTransaction, person: repository.PersonRow) => Promise<unknown>,
  ): Promise<number> {
    return database.transaction(async (trx) => {
      const person = await findOrFail(trx, reference);
      await work(trx, person);
      return person.id;
    });
  }

  return {
    async create({ role, name, email, password }) {
      const passwordHash = await hashPassword(password);
      const address = email.toLowerCase();
      return database.transaction(async (trx) => {
        if (await repository.findPerson(trx, address)) {
          throw new CommandFailure('There is already an account with this e-mail address.');
        }
        return repository.insertPerson(trx, { role, name, email: address, passwordHash }, clock());
      });
    },

    find: async (reference, role) => (await findOrFail(database.read, reference, role)).id,

    deactivate: (reference) =>
      change(reference, async (trx, { id }) => {
        await repository.setActive(trx, id, false);
        await endSessions(trx, id, clock());
      }),

    reactivate: (reference) => change(reference, (trx, { id }) => repository.setActive(trx, id, true)),

    async setPassword(reference, password) {
      const passwordHash = await hashPassword(password);
      return change(reference, async (trx, { id }) => {
        await updatePassword(trx, id, passwordHash);
        await endSessions(trx, id, clock());
      });
    },

    remove: (reference) =>
      change(reference, async (trx, { id }) => {
        const now = clock();
        const relations = await repository.listRelations(trx, id);
        for (const { traineeId, trainerId } of relations)
          await changeTrainer(trx, traineeId, trainerId, null);
        const archived = await repository.archiveConversations(trx, id);
        await repository.anonymise(trx, id, { name: DELETED_NAME, email: `${id}@${DELETED_DOMAIN}` });
        await endSessions(trx, id, now);
        const events: NewFeedEvent[] = [
          ...archived.flatMap(({ conversationId, trainerId, traineeId }) =>
            [trainerId, traineeId].map((userId): NewFeedEvent => {
              return { userId, type: 'conversation.archived', conversationId };
            }),
          ),
          ...relations.map(({ trainerId, traineeId }): NewFeedEvent => {
            return { userId: trainerId, type: 'trainee.removed', subjectId: traineeId };
          }),
        ];
        if (events.length > 0) await appendToFeeds(trx, events, now);
      }),
  };
}
