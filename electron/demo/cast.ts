import type { Role } from './person.ts';

/** Password of all accounts that the backend seeds in its demo mode. */
const password = 'demo-password';

/** The demo trainees who are there and answer. */
export const CAST: readonly Role[] = [
  {
    email: 'maya@demo.test',
    password,
    opensSoon: true,
    voice: {
      replies: {
        pain: [
          'The calf is quiet since I do the raises. The rest of me invents something new every day.',
          'Only on the stairs, and gone by noon. Taper madness?',
        ],
        sleep: ['Eight hours, two nights in a row. I could get used to tapering.'],
        workout: [
          'Done! 5 km easy with four strides at the end. Everything felt springy.',
          'Finished. I had to hold myself back the whole way, so I guess it was right.',
        ],
        schedule: ['Morning is best for me, before work. Shall I bring the race plan?'],
        praise: ['Thank you! Say that again on Sunday at kilometre eighteen, please.'],
        food: ['Same breakfast as before every long run. Nothing new, I promise.'],
        missed: ['I know, I know. I lay on the sofa and told myself that it is part of the plan.'],
        question: ['Yes! I think so. I just want to hear it from you.'],
      },
      openers: [
        'One more thing: strides on Friday, or complete rest?',
        'My legs feel like wood today. Is that still the taper, or should I worry?',
        'I have laid out everything for the race already. Old shoes, gels, lucky socks.',
        'Which pace do you want to see for the first five kilometres? I am afraid of going out too fast again.',
      ],
    },
  },
  {
    email: 'liam@demo.test',
    password,
    opensSoon: false,
    voice: {
      replies: {
        pain: ['Lower back is fine again. I dropped the deadlift by 10 kg and kept it slow.'],
        sleep: ['Five hours. The little one has teeth coming. I will survive.'],
        workout: [
          '3×5 at 90 kg, all clean. The third set was a fight.',
          'Squats are done. I filmed them, depth looks good.',
        ],
        schedule: ['After eight in the evening, when the baby is down.'],
        praise: ['Cheers, coach! I told everybody at work.'],
        food: ['Protein is fine. Vegetables... we are in talks.'],
        missed: ['Baby had a fever. I did push-ups in the kitchen, does that count?'],
        mood: ['Tired but happy. The bar moves, that is all I ask for.'],
      },
      openers: [
        '90 kg for five today. I nearly cried.',
        'Can we move leg day? I have to carry a sofa on Thursday.',
      ],
    },
  },
  {
    email: 'amara@demo.test',
    password,
    opensSoon: false,
    voice: {
      replies: {
        pain: ['Wrist is a bit sore from the bench, nothing that wraps would not fix.'],
        sleep: ['Eight hours, lights out at ten. I am taking this meet seriously.'],
        workout: [
          'All reps paused, all with commands. The last single flew.',
          'Singles are done: 125 felt like a warm-up.',
        ],
        schedule: ['I can come on Monday and Thursday, after six.'],
        praise: ['Stop it, I am grinning in the middle of the office.'],
        question: ['Yes please! I would rather be told no now than on the platform.'],
      },
      openers: ['Belt arrived. It fits. I may never take it off.'],
    },
  },
  {
    email: 'soren@demo.test',
    password,
    opensSoon: false,
    voice: {
      replies: {
        pain: ['Left calf is tight after the brick. I rolled it, and it is better today.'],
        sleep: ['Seven hours twenty. Resting pulse 46.'],
        workout: [
          'Done. 201 W average, then 4:49 per km off the bike.',
          'Swim was 2,400 m. Still slower than a ferry.',
        ],
        food: ['60 g an hour, gels only. The stomach says yes.'],
        schedule: ['Saturday morning, before the wind comes.'],
        praise: ['Tak! I will try not to let it go to my head.'],
      },
      openers: ['Open water was 17 degrees today. I felt very alive.'],
    },
  },
  {
    email: 'zoe@demo.test',
    password,
    opensSoon: false,
    voice: {
      replies: {
        pain: ['Shin is a zero today. Zero!', 'Maybe a 1 in the morning, gone after breakfast.'],
        workout: ['Six-minute blocks done, and I walked when the watch said walk. I am so good.'],
        praise: ['Merci! Patience is not my strength, so this counts double.'],
        missed: ['I moved it to tomorrow because of the exam. Is that all right?'],
        question: ['I think so. But you know that I always think so when it means more running.'],
      },
      openers: ['May I do seven minutes next time? Asking for a friend.'],
    },
  },
  {
    email: 'fatima@demo.test',
    password,
    opensSoon: false,
    voice: {
      replies: {
        greeting: ['Hello coach! I am excited to start, and a little nervous.'],
        workout: ['I have never done this before. Is there a video that I can watch first?'],
        schedule: ['Weekends are best, I work shifts during the week.'],
        question: ['I am not sure yet, I am completely new to this. What do most people do?'],
      },
      openers: [],
    },
  },
];
