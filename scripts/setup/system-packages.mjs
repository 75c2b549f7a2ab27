/** System libraries. */
/** @param {import('../bootstrap.mjs').Needs} needs */
export async function ensureSystemPackages(needs) {
  void needs;
}
