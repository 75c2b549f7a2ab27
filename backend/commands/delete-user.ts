import { commandOnPerson } from './on-person.ts';

/** Forgets who somebody was. */
export const deleteUser = commandOnPerson(
  {
    name: 'delete-user',
    summary: 'forgets who somebody was; the messages of both sides stay',
    details:
      'Name, e-mail address, password and training facts are replaced for good, their sessions end, their ' +
      'relations end, and their conversations are archived: a trainer keeps them to read, under “Deleted ' +
      'account”. This cannot be undone.',
  },
  'user_deleted',
  (people, reference) => people.remove(reference),
);
