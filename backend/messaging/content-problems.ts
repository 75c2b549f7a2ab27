import type { ContentProblem } from '../../shared/text.ts';

/** One sentence for whoever calls the API about each {@link ContentProblem}. */
export const CONTENT_PROBLEM_TEXT: Readonly<Record<ContentProblem, string>> = {
  blank: 'A message needs some text.',
  too_long: 'A message can have at most 2,000 characters.',
  nul: 'The message contains a character that cannot be sent.',
  lone_surrogate: 'The message contains a broken character that cannot be sent.',
};
