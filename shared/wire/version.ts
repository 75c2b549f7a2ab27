/**
 * Version of the wire contract (REST and socket). Raise it whenever a schema in `shared/wire` changes;
 * a test holds the schemas' hash against it.
 */
export const PROTOCOL_VERSION = 3;
