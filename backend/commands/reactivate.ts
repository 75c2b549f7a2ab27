import { commandOnPerson } from './on-person.ts';

/** Lets somebody in again. */
export const reactivate = commandOnPerson(
  { name: 'reactivate', summary: 'lets somebody who was deactivated sign in again' },
  'user_reactivated',
  (people, reference) => people.reactivate(reference),
);
