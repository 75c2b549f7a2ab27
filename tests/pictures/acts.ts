import type { Act } from './act.ts';
import { messagesAct } from './acts/messages.ts';
import { otherPeopleAct } from './acts/other-people.ts';
import { settingsAct } from './acts/settings.ts';
import { signInAct } from './acts/sign-in.ts';
import { traineesAct } from './acts/trainees.ts';
import { troubleAct } from './acts/trouble.ts';

/** All states of the app, by the acts in which it goes through them. */
export const ACTS: readonly Act[] = [
  signInAct,
  messagesAct,
  traineesAct,
  troubleAct,
  settingsAct,
  otherPeopleAct,
];
