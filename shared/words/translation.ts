import type { en } from './en.ts';

/** What a language must have: every key of the English catalogue, and no other. */
export type Translation = {
  readonly [Part in keyof typeof en]: { readonly [Key in keyof (typeof en)[Part]]: string };
};
