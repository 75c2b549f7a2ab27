const MARKS = /\p{M}/gu;

/** A text as it is compared when searching: without accents and case, so that "zoe" finds "Zoë". */
function searchForm(text: string): string {
  return text.normalize('NFD').replace(MARKS, '').toLocaleLowerCase();
}

/** Whether every word of the query begins or appears in the name. */
export function matchesName(name: string, query: string): boolean {
  const form = searchForm(name);
  return searchForm(query)
    .split(/\s+/u)
    .every((word) => form.includes(word));
}
