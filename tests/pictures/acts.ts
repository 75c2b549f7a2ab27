import type { Act } from './act.ts';
import { messagesAct } from './acts/messages.ts';
import { otherPeopleAct } from './acts/other-people.ts';
import { settingsAct } from './acts/settings.ts';
import { signInAct } from './acts/sign-in.ts';
import { traineesAct } from './acts/trainees.ts';
import { troubleAct } from './acts/trouble.ts';

/** What a person meets every day. */
export const EVERYDAY_ACTS: readonly Act[] = [signInAct, messagesAct, traineesAct, otherPeopleAct];

/** What they meet now and then, and take longer to come to. */
export const RARE_ACTS: readonly Act[] = [troubleAct, settingsAct];

/** All states of the app, by the acts in which it goes through them. */
export const ACTS: readonly Act[] = [...EVERYDAY_ACTS, ...RARE_ACTS];
