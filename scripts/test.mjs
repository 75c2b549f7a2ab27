/**
 * `npm test`: everything that must hold, from types to the real app. Parts: `npm test -- types`, `lint`, `unit`,
 * `simulation`, `e2e`, `package`; words after `unit` or `e2e` choose test files by name. What failed is
 * told again at the end, for a log of which only the end is kept; the last line counts tests and static checks.
 */
import { bootstrap } from './bootstrap.mjs';
import { build, isBuilt } from './lib/build.mjs';
import { checks } from './lib/checks.mjs';
import { main, Trouble } from './lib/process.mjs';
import { runTests } from './lib/vitest.mjs';
import { canInstallPackages } from './setup/system-packages.mjs';

const parts = ['types', 'lint', 'unit', 'simulation', 'e2e', 'package'];
/** The parts that drive the built app. */
const drivers = [
  { part: 'e2e', name: 'end-to-end tests' },
  { part: 'package', name: 'package tests' },
].filter(({ part }) => part !== 'package' || canInstallPackages());

/** @type {import('./lib/vitest.mjs').Count} */
const total = { passed: 0, failed: 0, failures: [] };

/**
 * Runs one section, with its name and time, and adds what it counted; a section that throws failed once.
 * @param {string} name
 * @param {() => Promise<import('./lib/vitest.mjs').Count>} body
 */
async function section(name, body) {
  console.log(`\n── ${name}`);
  const begun = performance.now();
  let count;
  try {
    count = await body();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(reason);
    count = { passed: 0, failed: 1, failures: [`${name}: ${reason}`] };
  }
  total.passed += count.passed;
  total.failed += count.failed;
  total.failures.push(...count.failures);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`   ${count.failed === 0 ? 'good' : `${count.failed} failed`}, ${seconds} s`);
}

/**
 * @param {import('./lib/checks.mjs').Check} check
 */
function staticCheck(check) {
  return section(check.name, async () => {
    const { isGood, output } = await check.look();
    if (!isGood) console.log(output);
    return isGood
      ? { passed: 1, failed: 0, failures: [] }
      : { passed: 0, failed: 1, failures: [`${check.name}: ${output.split('\n').slice(-20).join('\n')}`] };
  });
}

await main(async () => {
  const [part, ...filters] = process.argv.slice(2);
  if (part !== undefined && !parts.includes(part)) {
    throw new Trouble(`There is no part “${part}”: it is one of ${parts.join(', ')}, or nothing for all.`);
  }
  /** @param {string} name */
  const isAsked = (name) => part === undefined || part === name;
  const needsApp = drivers.some((driver) => isAsked(driver.part));
  await bootstrap({
    electron: needsApp,
    libraries: needsApp,
    display: needsApp,
    tracing: isAsked('unit'),
    bus: isAsked('unit') || needsApp,
    servers: isAsked('unit'),
    packages: isAsked('package'),
  });

  for (const check of checks) {
    if (isAsked(check.part)) await staticCheck(check);
  }
  if (isAsked('unit'))
    await section('unit tests', () => runTests('unit', ['unit', 'backend-postgres', 'renderer'], filters));
  if (isAsked('simulation'))
    await section('simulation', () => runTests('simulation', ['simulation'], filters));
  if (needsApp) {
    let isReady = false;
    await section('build', async () => {
      if (!isBuilt()) await build({ quiet: true });
      isReady = true;
      return { passed: 1, failed: 0, failures: [] };
    });
    for (const { name, part: project } of drivers) {
      if (!isAsked(project)) continue;
      await section(name, async () => {
        if (!isReady) throw new Error('Not run: they need the build.');
        return runTests(project, [project], filters);
      });
    }
  }
  if (total.failures.length > 0) console.log(`\n── what failed\n${total.failures.join('\n')}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
});
