import type { DemoExchange } from './shapes.ts';

const HOURS_PER_WEEK = 168;

/** Each week of a running plan: the long run, what was hard about it, and the trainer's advice. */
const WEEKS: readonly (readonly [kilometres: number, report: string, advice: string])[] = [
  [
    6,
    'Slower than I hoped, the hills got me.',
    'Hills count double in my book. Walk the steep part next time.',
  ],
  [7, 'Felt smooth until the last kilometre.', 'Start ten seconds slower and that last kilometre is yours.'],
  [8, 'Rain the whole way. Kind of loved it.', 'Rain runners are the ones who show up on race day.'],
  [6, 'Easy week felt too easy.', 'That is what makes next week possible.'],
  [
    9,
    'Left calf was tight at the start.',
    'Two minutes of calf raises before you leave the house, every run.',
  ],
  [10, 'Double digits!!! I cried a little.', 'Frame this one. Three months ago you wanted to stop at four.'],
  [11, 'Went out too fast with the group.', 'The group will be there next week too. Let them go.'],
  [8, 'Nice and calm, I even talked on the phone.', 'Exactly the right effort. Keep that feeling.'],
  [12, 'Tried the gel at 45 minutes, no stomach trouble.', 'Perfect. Same brand, same time, from now on.'],
  [13, 'My longest ever. Legs like wood afterwards.', 'Feet up, eat well, and no stairs contest tomorrow.'],
  [14, 'Headwind on the whole way back.', 'Then the effort was more than the watch says. Well done.'],
  [10, 'Slept badly all week, still went.', 'Good call to keep it short. Sleep is training.'],
  [15, 'Negative split! By accident!', 'There are no accidents. You paced it.'],
  [
    16,
    'New shoes rub a bit at the heel.',
    'Back to the old ones for the long run, break these in on short days.',
  ],
  [17, 'Took the river path, so pretty at sunrise.', 'Save that route for the week before the race.'],
  [12, 'Recovery week, I baked bread instead of a tempo run.', 'Approved. Carbs are carbs.'],
  [18, 'I could have gone on. I really could.', 'I believe you. We keep it for the race.'],
];

function week(index: number, [kilometres, report, advice]: (typeof WEEKS)[number]): DemoExchange {
  const weeksAgo = WEEKS.length - index;
  return {
    hoursAgo: weeksAgo * HOURS_PER_WEEK - 20,
    lines: [
      [
        'trainer',
        `Week ${index + 1}: the long run is ${kilometres} km, easy enough to talk. How do the legs feel?`,
      ],
      ['trainee', index % 3 === 0 ? 'Bit heavy, but fine.' : 'Good! Ready for it.'],
      ['trainer', 'Then off you go. Water with you, watch on “easy”.'],
      ['trainee', `${kilometres} km done ✅`],
      ['trainee', report],
      ['trainer', advice],
      ['trainee', index % 2 === 0 ? 'Thank you, Jordan 🙏' : 'Noted!'],
    ],
  };
}

/** A thread of more than a hundred messages, so that paging upwards can be tried. */
export const longTalk: readonly DemoExchange[] = [
  ...WEEKS.map((entry, index) => week(index, entry)),
  {
    hoursAgo: 49,
    lines: [
      [
        'trainer',
        'Taper time, Maya. Less running, more sleep, and no new shoes, no new food, no new anything.',
      ],
      ['trainee', 'Is it normal that everything hurts the moment I do less?'],
      ['trainer', 'Completely normal. We call it taper madness. It passes at the start line.'],
    ],
  },
  {
    hoursAgo: 3,
    lines: [
      ['trainee', 'Number is here: 4127! 🎉'],
      ['trainee', 'Do I run the last tempo on Wednesday or leave it out?'],
    ],
  },
];
