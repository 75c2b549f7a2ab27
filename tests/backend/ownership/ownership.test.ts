import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from '../../../shared/schema.ts';
import { clientEventSchemas } from '../../../shared/wire/socket.ts';
import { ask, emit, outcomeOf, visible } from './doors.ts';
import { EVENT_TABLE, ROUTE_TABLE, type Line } from './expectations.ts';
import { makeWorld, PRINCIPALS, STATES, type PrincipalName, type StateName, type World } from './world.ts';

/** Some lines sign people in again for every cell, which takes long on a busy machine. */
const LINE_MS = 120_000;

/** A line as it is compared: outcomes by principal. */
type Outcomes = Readonly<Record<string, readonly string[]>>;

/** HEAD tells what GET would, without a body. */
function headLine(line: Line): Outcomes {
  const statusOnly = (outcome: string) => outcome.slice(0, 3);
  return Object.fromEntries(Object.entries(line).map(([name, cells]) => [name, cells.map(statusOnly)]));
}

const ROUTES: ReadonlyMap<string, Outcomes> = new Map(
  Object.entries(ROUTE_TABLE).flatMap(([route, line]): [string, Outcomes][] => [
    [route, line],
    ...(route.startsWith('GET ')
      ? [[route.replace('GET', 'HEAD'), headLine(line)] as [string, Outcomes]]
      : []),
  ]),
);

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.backend.destroy());

/** Fills a line of the table with what really happens. */
async function fill(cell: (name: PrincipalName, state: StateName) => Promise<string>): Promise<Outcomes> {
  const line: Record<string, string[]> = {};
  for (const name of PRINCIPALS) {
    const cells: string[] = [];
    for (const state of STATES) cells.push(await cell(name, state));
    line[name] = cells;
  }
  return line;
}

const refusalSchema = z.object({ refusal: z.object({ data: z.object({ code: z.string() }) }) });
const errorSchema = z.object({ error: z.object({ code: z.string() }) });

describe('every route, asked by everybody about everything', () => {
  it('is in the table, and the table has no other', () => {
    expect(world.routes.toSorted()).toEqual([...ROUTES.keys()].toSorted());
  });

  it.each([...ROUTES])('%s answers what the table says', { timeout: LINE_MS }, async (route, expected) => {
    const differing: string[] = [];
    const line = await fill(async (name, state) => {
      const answer = await ask(world, route, name, state);
      if (answer.status === 404) {
        // What is not yours must look exactly as what is not there, to the same person at the same time.
        const unknown = await ask(world, route, name, 'unknown');
        if (JSON.stringify(visible(answer)) !== JSON.stringify(visible(unknown))) {
          differing.push(`${name}, ${state}`);
        }
      }
      return outcomeOf(answer, world.subjects[state]);
    });
    expect(line).toEqual(expected);
    expect(differing).toEqual([]);
  });
});

describe('every socket event, emitted by everybody about everything', () => {
  it('is in the table, and the table has no other', () => {
    expect(Object.keys(EVENT_TABLE).toSorted()).toEqual(
      ['connect', ...Object.keys(clientEventSchemas)].toSorted(),
    );
  });

  it.each(Object.entries(EVENT_TABLE))('%s is acknowledged as the table says', async (event, expected) => {
    const answers = new Map<string, unknown>();
    const line = await fill(async (name, state) => {
      const answer = await emit(world, event, name, state);
      answers.set(`${name} ${state}`, answer);
      if ('ok' in answer) return 'ok';
      const refused = refusalSchema.safeParse(answer);
      return refused.success
        ? `refused: ${refused.data.refusal.data.code}`
        : errorSchema.parse(answer).error.code;
    });
    expect(line).toEqual(expected);
    for (const name of PRINCIPALS) {
      for (const state of STATES) {
        const answer = answers.get(`${name} ${state}`);
        if (JSON.stringify(answer).includes('not_found')) {
          expect(answer, `${name}, ${state}`).toEqual(answers.get(`${name} unknown`));
        }
      }
    }
  });
});
