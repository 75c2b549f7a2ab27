/** Who takes part in a simulation, the same in each: two trainers, their trainees, and what they sign in with. */
import type { User } from '../../shared/wire/entities.ts';

export const PASSWORD = 'simulated';

function person(id: number, role: User['role'], name: string): User {
  return { id, role, name, email: `${name.toLowerCase()}@simulation.test` };
}

export const ANNA = person(1, 'trainer', 'Anna');
export const BRUNO = person(2, 'trainer', 'Bruno');
export const CARLA = person(3, 'trainee', 'Carla');
export const DAVID = person(4, 'trainee', 'David');
export const EMMA = person(5, 'trainee', 'Emma');

export const PEOPLE: readonly User[] = [ANNA, BRUNO, CARLA, DAVID, EMMA];

/** Who trains whom when a simulation begins. */
export const FIRST_RELATIONS: readonly { readonly trainee: User; readonly trainer: User }[] = [
  { trainee: CARLA, trainer: ANNA },
  { trainee: DAVID, trainer: ANNA },
  { trainee: EMMA, trainer: BRUNO },
];
