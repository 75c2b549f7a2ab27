/** The messaging backend on each kind of database, in a process of its own, under load over loopback. */
import { say } from '../report.ts';
import type { Measurement } from '../stats.ts';
import { startPostgresServer, startSqlite, type DatabaseServer } from './databases.ts';
import { measureCrowd, measureDelivery } from './delivery.ts';
import type { Effort } from './effort.ts';
import { openBareInserts, startRelay } from './limits.ts';
import { measureListFlatness, measureReading } from './reading.ts';
import { measureSendLatency, measureSendThroughput } from './sending.ts';
import { startSite } from './site.ts';
import { SMALL, type Dialect } from './world.ts';

/** Everything on one kind of database. */
async function measureOn(server: DatabaseServer, effort: Effort): Promise<readonly Measurement[]> {
  const stops: (() => unknown)[] = [];
  const stopped = <T>(thing: T, stop: (thing: T) => unknown): T => {
    stops.unshift(() => stop(thing));
    return thing;
  };
  try {
    say(`${server.label}: filling the databases ...`);
    const small = stopped(await startSite(server, 'small', SMALL), (site) => site.stop());
    const large = stopped(await startSite(server, 'large', effort.large), (site) => site.stop());
    const inserts = stopped(await openBareInserts(server, 16), (bare) => bare.close());
    const relay = stopped(await startRelay(), (bare) => bare.stop());
    say('  sends, one after the other ...');
    const latency = await measureSendLatency(large, small, { inserts, relay }, effort);
    say('  sends of 16 people ...');
    const throughput = await measureSendThroughput(large, inserts, effort);
    say('  reads ...');
    const reading = await measureReading(large, effort);
    const flatness = await measureListFlatness(large, small, effort);
    say('  delivery ...');
    const delivery = await measureDelivery(
      large,
      latency.find(({ name }) => name.includes('relay')),
      effort,
    );
    say(`  ${effort.sockets} sockets ...`);
    const crowd = await measureCrowd(large, effort);
    return [...latency, ...throughput, ...reading, ...flatness, ...delivery, ...crowd];
  } finally {
    for (const stop of stops) await stop();
    await server.dispose();
  }
}

/** Measures the backend; without `only` on both kinds of database. */
export async function measureBackend(
  effort: Effort,
  only: Dialect | undefined,
): Promise<{ measurements: readonly Measurement[]; versions: Readonly<Record<string, string>> }> {
  const measurements: Measurement[] = [];
  const versions: Record<string, string> = {};
  for (const start of [startSqlite, startPostgresServer]) {
    if (only !== undefined && (start === startSqlite) !== (only === 'sqlite')) continue;
    const server = await start();
    versions[server.dialect] = server.label;
    for (const measurement of await measureOn(server, effort)) {
      measurements.push({ ...measurement, name: `${server.dialect}: ${measurement.name}` });
    }
  }
  return { measurements, versions };
}
