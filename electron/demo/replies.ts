import { type Topic, topicOf } from './topics.ts';

/** How one demo trainee talks. */
export interface Voice {
  /** What this person says about a topic, before what anybody would say. */
  readonly replies: Partial<Readonly<Record<Topic, readonly string[]>>>;
  /** What this person writes unasked. */
  readonly openers: readonly string[];
}

/** What anybody would say. */
const COMMON: Readonly<Record<Topic, readonly string[]>> = {
  pain: [
    'A bit stiff this morning, but it went away once I warmed up.',
    'No pain today, I kept it light as you said.',
  ],
  sleep: [
    'About seven hours, much better than last week.',
    'Not great, to be honest. I will go to bed earlier tonight.',
  ],
  food: [
    'I have been good about it, mostly. Friday was pizza.',
    'Better! I prepare lunch the evening before now.',
  ],
  missed: [
    'Sorry about that, work ran late. I can make it up on Saturday.',
    'You are right. I will get back on it tomorrow.',
  ],
  schedule: ['That works for me!', 'Yes, I can do that. Same place?'],
  thanks: ['Of course!', 'Any time.'],
  praise: ['That means a lot, thank you!', 'Thank you! It felt really good.'],
  workout: ['Just finished it. Tough, but I got through every set.', 'Done! The last round nearly got me.'],
  mood: ['Pretty good! More energy than last week.', 'A little tired, but motivated.'],
  greeting: ['Hi! Good to hear from you.', 'Hey! How are you?'],
  question: [
    'Good question. Let me check and tell you tonight.',
    'I think so, yes.',
    'Not sure yet, what would you suggest?',
  ],
  other: ['Got it, thank you!', 'Sounds good.', 'Will do!', 'Makes sense, I will try that.'],
};

/**
 * Picks what a demo trainee answers.
 * @param recent this person's latest messages, which are not said again while there is something else to say
 * @param random uniform in [0, 1)
 */
export function chooseReply(
  voice: Voice,
  text: string,
  recent: readonly string[],
  random: () => number,
): string {
  const topic = topicOf(text);
  const own = voice.replies[topic] ?? [];
  return pickFresh([own, COMMON[topic], COMMON.other], recent, random);
}

/** Picks what a demo trainee writes unasked, or null when all of it was said lately. */
export function chooseOpener(voice: Voice, recent: readonly string[], random: () => number): string | null {
  return pick(
    voice.openers.filter((text) => !recent.includes(text)),
    random,
  );
}

/** A text from the first group that has one not said lately; else any from the first group that has one. */
function pickFresh(
  groups: readonly (readonly string[])[],
  recent: readonly string[],
  random: () => number,
): string {
  for (const group of groups) {
    const fresh = pick(
      group.filter((text) => !recent.includes(text)),
      random,
    );
    if (fresh !== null) return fresh;
  }
  return pick(groups.flat(), random) ?? '';
}

function pick(texts: readonly string[], random: () => number): string | null {
  return texts[Math.floor(random() * texts.length)] ?? null;
}
