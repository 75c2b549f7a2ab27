/** Light or dark: the system's choice unless overridden here, kept in this window's storage. */

/** What the person chose. */
export type Appearance = 'system' | 'light' | 'dark';

const STORAGE_KEY = 'appearance';

/** The choice made earlier; `system` when none was. */
export function readAppearance(): Appearance {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Shows the chosen theme. */
export function applyAppearance(appearance: Appearance = readAppearance()): void {
  if (appearance === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = appearance;
}

/** Keeps and shows a choice. */
export function chooseAppearance(appearance: Appearance): void {
  localStorage.setItem(STORAGE_KEY, appearance);
  applyAppearance(appearance);
}
