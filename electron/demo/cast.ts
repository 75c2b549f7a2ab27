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
          'The knee is quiet since I switched to the softer shoes.',
          'Only on the stairs, and less than last week. Should I still do the long run?',
        ],
        sleep: ['Seven and a half hours. The no-screens rule works, annoyingly.'],
        workout: [
          'Done! 8 km at 5:40, and the last one felt easy.',
          'I did the intervals this morning, before it got hot. Legs are jelly.',
        ],
        schedule: ['Morning is best for me. Seven, at the track?'],
        praise: ['Aww, thank you! I was so nervous before the start.'],
        food: ['Oats before the run and eggs after, like you said. No more cramps!'],
        missed: ['I know, I know. It was pouring. I will make it up on Sunday, promise.'],
        question: ['Yes! Though I would like to talk about the pace first.'],
      },
      openers: [
        'Quick one: is it fine to swap tomorrow’s intervals for an easy run? My legs are still heavy.',
        'I just did 10 km without stopping. First time ever!',
        'Do you have a minute? I am not sure which shoes to take on Sunday.',
        'Morning! Slept eight hours and feel ready for the long one.',
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
