/** What the demo knows of a trainee. Times count back from the moment of seeding. */
export interface DemoTrainee {
  /** Local part of the address at `demo.test`. */
  readonly login: string;
  readonly name: string;
  readonly joinedDaysAgo: number;
  readonly programme: string | null;
  readonly lastWorkoutHoursAgo: number | null;
  readonly missedWorkoutsThisWeek: number;
}

/** A trainer with their trainees. */
export interface DemoTrainer {
  readonly login: string;
  readonly name: string;
  readonly trainees: readonly DemoTrainee[];
}

function trainee(
  login: string,
  name: string,
  joinedDaysAgo: number,
  programme: string | null,
  lastWorkoutHoursAgo: number | null,
  missedWorkoutsThisWeek: number,
): DemoTrainee {
  return { login, name, joinedDaysAgo, programme, lastWorkoutHoursAgo, missedWorkoutsThisWeek };
}

/** The trainers of the demo. */
export const DEMO_TRAINERS: readonly DemoTrainer[] = [
  {
    login: 'trainer',
    name: 'Jordan Reyes',
    trainees: [
      trainee('maya', 'Maya Chen', 190, 'Half marathon, 16 weeks', 20, 0),
      trainee('liam', 'Liam O’Connor', 74, 'Strength base, 3 days', 50, 1),
      trainee('zoe', 'Zoë Martin', 41, 'Return to running', 26, 0),
      trainee('amara', 'Amara Okafor', 120, 'Powerlifting prep', 29, 0),
      trainee('tomas', 'Tomás Herrera', 63, 'Fat loss and mobility', 170, 3),
      trainee('priya', 'Priya Raman', 28, 'Postnatal strength', 47, 0),
      trainee('soren', 'Søren Lindqvist', 230, 'Triathlon, olympic distance', 12, 0),
      trainee('noor', 'Noor Haddad', 15, 'Beginner full body', 96, 2),
      trainee('aiko', 'Aiko Tanaka', 88, 'Bouldering strength', 33, 0),
      trainee('lukasz', 'Łukasz Nowak', 52, 'Back care', 72, 1),
      trainee('fatima', 'Fatima Zahra Benali', 3, 'Beginner full body', null, 0),
      trainee('ethan', 'Ethan Brooks', 1, null, null, 0),
    ],
  },
  {
    login: 'rival',
    name: 'Casey Novak',
    trainees: [
      trainee('noah', 'Noah Whitfield', 60, 'Hypertrophy, 4 days', 30, 0),
      trainee('ines', 'Inês Duarte', 35, 'Swim endurance', 54, 1),
      trainee('kofi', 'Kofi Mensah', 9, 'Beginner full body', 25, 0),
    ],
  },
];

/** A trainee whom nobody trains. */
export const DEMO_SOLO: DemoTrainee = trainee('solo', 'Robin Castellano', 12, null, null, 0);

/** The demo's admin. */
export const DEMO_ADMIN = { login: 'admin', name: 'Ada Sandoval' } as const;
