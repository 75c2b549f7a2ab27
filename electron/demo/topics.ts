/** What a trainer's message is about, as far as a demo trainee needs to know. */
export type Topic =
  | 'pain'
  | 'sleep'
  | 'food'
  | 'missed'
  | 'schedule'
  | 'thanks'
  | 'praise'
  | 'workout'
  | 'mood'
  | 'greeting'
  | 'question'
  | 'other';

/** Words that give a topic away, the most telling topic first. */
const SIGNS: readonly (readonly [Topic, RegExp])[] = [
  [
    'pain',
    /\b(knees?|shins?|shoulder|hips?|ankle|lower back|your back|pain|hurt\w*|sore\w*|injur\w*|niggle|ache\w*)\b/i,
  ],
  ['sleep', /\b(sleep\w*|slept|tired|nap|rest day|bedtime)\b/i],
  ['food', /\b(eat\w*|ate|food|protein|meals?|breakfast|lunch|dinner|snacks?|calories|water|hydrat\w*)\b/i],
  ['missed', /\b(miss(ed)?|skip(ped)?)\b/i],
  [
    'schedule',
    /\b(what time|when|tomorrow|tonight|(mon|tues|wednes|thurs|fri|satur|sun)day|reschedule|call|next week)\b/i,
  ],
  ['thanks', /\b(thanks|thank you|cheers)\b/i],
  ['praise', /\b(great|nice|proud|well done|good job|awesome|amazing|excellent|brilliant|strong)\b/i],
  [
    'workout',
    /\b(workouts?|sessions?|train\w*|runs?|running|lift\w*|squats?|deadlifts?|bench|gym|sets?|reps?|intervals?|programme|program|plan)\b/i,
  ],
  ['mood', /\b(how are you|how('s| is) it going|how do you feel|feeling)\b/i],
  ['greeting', /^\s*(hi|hello|hey|good (morning|evening))\b/i],
  ['question', /\?/],
];

/** The topic of a text; `other` when nothing gives one away. */
export function topicOf(text: string): Topic {
  return SIGNS.find(([, signs]) => signs.test(text))?.[0] ?? 'other';
}
