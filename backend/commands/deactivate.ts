import { commandOnPerson } from './on-person.ts';

/** Locks somebody out. */
export const deactivate = commandOnPerson(
  {
    name: 'deactivate',
    summary: 'locks somebody out; what they wrote stays',
    details:
      'Their sessions end at once, their sockets close within 5 seconds on every node, and nobody signs in ' +
      'any more. Conversations and relations stay as they are.',
  },
  'user_deactivated',
  (people, reference) => people.deactivate(reference),
);
