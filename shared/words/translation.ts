import type { enProblems } from './en-problems.ts';
import type { en } from './en.ts';

/** What a language must have: every key of the English catalogue, and no other. */
export type Translation = {
  readonly [Part in keyof typeof en]: { readonly [Key in keyof (typeof en)[Part]]: string };
};

/** The part of it that is said when something is wrong. */
export type ProblemWords = Pick<Translation, keyof typeof enProblems>;
