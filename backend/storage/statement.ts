import { sql, type Compilable, type RawBuilder } from 'kysely';

/** What a query is built with: a value, or the place of one that comes when the query is run. */
export type Value<T> = T | RawBuilder<T>;

/** The place of a value among the parameters of a statement. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A query with everything but its values; with these it can be run. */
export type Statement<Values extends object, Row> = (values: Values) => Compilable<Row>;

/**
 * Builds a query once instead of for each run, which takes longer than to send it: `build` gets the place of each
 * value by the value's name. To be called as `statement<Values>()(build)`, since TypeScript finds out all types of
 * a call or none.
 */
export function statement<Values extends object>() {
  return <Row>(
    build: (
      value: <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>,
    ) => Compilable<Row>,
  ): Statement<Values, Row> => {
    const built = build((name) => sql`${new Place(name)}`).compile();
    return (values) => ({
      compile() {
        const parameters = built.parameters.map((parameter): unknown =>
          parameter instanceof Place ? Reflect.get(values, parameter.name) : parameter,
        );
        return { ...built, parameters };
      },
    });
  };
}
