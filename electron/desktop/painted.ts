import type { Log } from '../engine-api.ts';

/**
 * Makes the listener that tells the outside world, on standard output and once for each screen, what the
 * window has painted: start scripts and measurements wait for these lines.
 */
export function createPaintedReport(log: Log): (screen: 'inbox' | 'sign-in') => void {
  const reported = new Set<string>();
  // Whoever started the app may have gone away; that is no reason to fail.
  process.stdout.on('error', () => {});
  return (screen) => {
    if (reported.has(screen)) return;
    reported.add(screen);
    process.stdout.write(`${screen} painted\n`);
    log('window.painted', { screen, sinceStartMs: Math.round(performance.now()) });
  };
}
