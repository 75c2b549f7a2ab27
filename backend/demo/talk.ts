import { longTalk } from './long-talk.ts';
import type { DemoTalk } from './shapes.ts';

/** Every thread of the demo. */
export const DEMO_TALKS: readonly DemoTalk[] = [
  { login: 'maya', unreadForTrainer: 2, unreadForTrainee: 0, exchanges: longTalk },
  {
    login: 'liam',
    unreadForTrainer: 1,
    unreadForTrainee: 0,
    exchanges: [
      {
        hoursAgo: 340,
        lines: [
          ['trainer', 'Welcome back, Liam. How did the first squat session feel after the break?'],
          ['trainee', 'Heavy! But the knee was quiet the whole time.'],
          ['trainer', 'That is the part I care about. We keep 70 kg for two more sessions, then add 2.5.'],
        ],
      },
      {
        hoursAgo: 122,
        lines: [
          ['trainee', 'Did 3×5 at 72.5. Last rep of the last set was slow.'],
          [
            'trainer',
            'Slow is fine as long as the bar path stays straight. Can you film one set from the side?',
          ],
          ['trainee', 'Will do on Thursday 👍'],
        ],
      },
      {
        hoursAgo: 5,
        lines: [
          [
            'trainee',
            'Missed Thursday, the little one was ill. Should I squeeze it in tomorrow or just move on?',
          ],
        ],
      },
    ],
  },
  {
    login: 'zoe',
    unreadForTrainer: 0,
    unreadForTrainee: 0,
    exchanges: [
      {
        hoursAgo: 190,
        lines: [
          [
            'trainer',
            'Zoë, week three: 4 × 5 minutes easy with one minute walking between. Shin check the morning after, please.',
          ],
          ['trainee', 'Shin felt like a 1 out of 10 this morning. Almost forgot about it!'],
          ['trainer', 'Very good. Next time the running parts become 6 minutes.'],
        ],
      },
      {
        hoursAgo: 27,
        lines: [
          ['trainee', 'Six-minute blocks done. I wanted to keep going 😄'],
          ['trainer', 'I know. Please do not. Boring weeks now are how you get the exciting ones in May.'],
          ['trainee', 'Fine, coach. Boring it is.'],
          ['trainer', 'Proud of you. Rest tomorrow.'],
        ],
      },
    ],
  },
  {
    login: 'amara',
    unreadForTrainer: 3,
    unreadForTrainee: 0,
    exchanges: [
      {
        hoursAgo: 260,
        lines: [
          [
            'trainer',
            'Opener plan for the meet:\n• Squat 130\n• Bench 72.5\n• Deadlift 150\nAll three are weights you could do on a bad day.',
          ],
          ['trainee', 'Love it. Nervous about commands on bench.'],
          ['trainer', 'We will practise with commands from Monday. I will be annoyingly slow with “press”.'],
        ],
      },
      {
        hoursAgo: 7,
        lines: [
          ['trainee', 'Bench with commands: 72.5 paused, easy.'],
          ['trainee', 'Then I tried 77.5 and it moved!!'],
          [
            'trainee',
            'Can we talk about changing my second attempt? I know you said to leave the plan alone, but I have not missed a rep in four weeks, sleep has been good, and the belt finally sits right. I would go 72.5 / 77.5 / 80 instead of 72.5 / 75 / 77.5. Tell me if that is greedy.',
          ],
        ],
      },
    ],
  },
  {
    login: 'tomas',
    unreadForTrainer: 0,
    unreadForTrainee: 2,
    exchanges: [
      {
        hoursAgo: 420,
        lines: [
          ['trainee', 'Travelling for work the next two weeks, hotel gym only.'],
          [
            'trainer',
            'No problem. Three 25-minute sessions, dumbbells and a mat. I have put them in your programme.',
          ],
          ['trainee', 'Perfect, gracias.'],
        ],
      },
      {
        hoursAgo: 52,
        lines: [
          ['trainer', 'Hi Tomás, I see three sessions open this week. Is everything all right?'],
          [
            'trainer',
            'No pressure. If time is short, do only the first block of each: ten minutes keep the habit alive.',
          ],
        ],
      },
    ],
  },
  {
    login: 'priya',
    unreadForTrainer: 0,
    unreadForTrainee: 0,
    exchanges: [
      {
        hoursAgo: 75,
        lines: [
          ['trainee', 'Physio gave me the all-clear for split squats.'],
          [
            'trainer',
            'Great news! Start with body weight, hand on the wall, 2 × 8 each side. Stop at any pressure downwards.',
          ],
          ['trainee', 'Understood. Doing them during nap time, wish me luck.'],
        ],
      },
      { hoursAgo: 46, lines: [['trainee', 'Done, no pressure at all. Baby woke up on rep 15 of 16.']] },
    ],
  },
  {
    login: 'soren',
    unreadForTrainer: 1,
    unreadForTrainee: 0,
    exchanges: [
      {
        hoursAgo: 100,
        lines: [
          [
            'trainer',
            'Brick session on Saturday: 90 minutes bike at 200 W, then 20 minutes run off the bike. Eat on the bike, 60 g an hour.',
          ],
          ['trainee', 'Ja. Gels or bars?'],
          ['trainer', 'Whatever you will use on race day. Practise the stomach too.'],
        ],
      },
      {
        hoursAgo: 11,
        lines: [['trainee', '198 W average, run at 4:52/km. Stomach: perfect. Legs: complaining.']],
      },
    ],
  },
  {
    login: 'noor',
    unreadForTrainer: 0,
    unreadForTrainee: 0,
    exchanges: [
      {
        hoursAgo: 210,
        lines: [
          [
            'trainer',
            'Hello Noor, I am Jordan. I will look after your training. What would make the next three months a success for you?',
          ],
          ['trainee', 'Honestly? Carrying the shopping up four floors without stopping.'],
          ['trainer', 'I like that goal a lot. We can measure it.'],
          ['trainee', 'And maybe one real push-up.'],
        ],
      },
      {
        hoursAgo: 98,
        lines: [['trainer', 'Two sessions are waiting for you. Shall we move them to the weekend?']],
      },
    ],
  },
  {
    login: 'aiko',
    unreadForTrainer: 0,
    unreadForTrainee: 1,
    exchanges: [
      {
        hoursAgo: 150,
        lines: [
          ['trainee', 'Sent the purple one at last 🟣🧗‍♀️'],
          ['trainer', 'The one with the toe hook?! Congratulations!'],
          ['trainee', 'よし! Fingers are tired though.'],
          [
            'trainer',
            'Then no hangboard until Friday. Antagonists only: push-ups, band pull-aparts, wrist extensors.',
          ],
        ],
      },
      {
        hoursAgo: 31,
        lines: [['trainer', 'How are the fingers today? Below 2 out of 10 we go on with the hangs.']],
      },
    ],
  },
  {
    login: 'lukasz',
    unreadForTrainer: 1,
    unreadForTrainee: 0,
    exchanges: [
      {
        hoursAgo: 300,
        lines: [
          ['trainee', 'Back is stiff after long drives.'],
          [
            'trainer',
            'Every two hours: stop, ten cat-cows against the car, one minute of walking. Boring and it works.',
          ],
          ['trainee', 'My colleagues will think I have lost it.'],
          ['trainer', 'Let them. They will ask you for it in a month.'],
        ],
      },
      { hoursAgo: 70, lines: [['trainee', 'They asked. All three of them. What do I charge? 😂']] },
    ],
  },
  {
    login: 'noah',
    unreadForTrainer: 0,
    unreadForTrainee: 0,
    exchanges: [
      {
        hoursAgo: 80,
        lines: [
          ['trainer', 'New block starts on Monday, four days, upper and lower.'],
          ['trainee', 'Ready. More back work this time please.'],
          ['trainer', 'Already in there.'],
        ],
      },
    ],
  },
];
