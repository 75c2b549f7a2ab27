import { TESTS, type Guard } from './guard.ts';

/** What is taken for a request. */
export const HTTP_GUARDS: readonly Guard[] = [
  {
    name: 'only JSON is read',
    file: 'backend/operations/http-server.ts',
    code: 'app.removeAllContentTypeParsers();',
    without: "app.removeContentTypeParser('application/json');",
    tests: TESTS.http,
  },
  {
    name: 'JSON changes no prototype',
    file: 'backend/operations/http-server.ts',
    code: "app.getDefaultJsonParser('error', 'error')",
    without: "app.getDefaultJsonParser('ignore', 'ignore')",
    tests: TESTS.http,
  },
  {
    name: 'a client does not choose its request id',
    file: 'backend/operations/http-server.ts',
    code: 'requestIdHeader: false,',
    without: "requestIdHeader: 'x-request-id',",
    tests: TESTS.http,
  },
  {
    name: 'late requests are looked for',
    file: 'backend/operations/http-server.ts',
    code: 'connectionsCheckingInterval: LATENESS_CHECK_MS,',
    tests: TESTS.http,
  },
  {
    name: 'an id that is none names nothing',
    file: 'backend/operations/error-answers.ts',
    code: "if (error.validationContext === 'params') return notFound();",
    tests: TESTS.http,
  },
];
