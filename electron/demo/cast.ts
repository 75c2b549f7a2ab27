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
];
