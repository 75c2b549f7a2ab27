/** Firebase Cloud Messaging on loopback: it checks whatever the real one would, and answers as it is told. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { jwtVerify } from 'jose';
import { z } from '../../shared/schema.ts';
import { EventLog, reasonOf } from './wait.ts';

const PROJECT = 'trainer-inbox-test';
const CLIENT_EMAIL = 'push@trainer-inbox-test.iam.gserviceaccount.com';
const KEY_ID = 'key-1';
const TOKEN_PATH = '/token';
const SEND_PATH = `/v1/projects/${PROJECT}/messages:send`;
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
/** Life of the access tokens that are given out. */
const TOKEN_SECONDS = 3_600;
/** What FCM takes at most, in bytes. */
const PAYLOAD_MAX_BYTES = 4_096;

/** The parts of FCM's `Message` that this platform uses; anything else is refused, as FCM refuses it. */
const bodySchema = z.strictObject({
  message: z.strictObject({
    token: z.string().min(1),
    notification: z.strictObject({ title: z.string().min(1), body: z.string().min(1) }),
    data: z.record(z.string().regex(/^(?!google|gcm)[a-zA-Z]+$/), z.string()),
    android: z
      .strictObject({
        priority: z.enum(['NORMAL', 'HIGH']),
        collapse_key: z.string().min(1),
        ttl: z.string().regex(/^\d+(\.\d+)?s$/),
        notification: z.strictObject({ tag: z.string() }),
      })
      .optional(),
    apns: z
      .strictObject({
        headers: z.strictObject({
          'apns-push-type': z.literal('alert'),
          'apns-priority': z.enum(['5', '10']),
          'apns-collapse-id': z.string().max(64),
          'apns-expiration': z.string().regex(/^\d+$/),
        }),
        payload: z.strictObject({ aps: z.strictObject({ 'thread-id': z.string(), sound: z.string() }) }),
      })
      .optional(),
    webpush: z
      .strictObject({
        headers: z.strictObject({
          TTL: z.string().regex(/^\d+$/),
          Urgency: z.enum(['very-low', 'low', 'normal', 'high']),
          Topic: z.string().regex(/^[\w-]{1,32}$/),
        }),
        notification: z.strictObject({ tag: z.string() }),
      })
      .optional(),
  }),
});

/** What was sent to a device. */
export type FcmMessage = z.infer<typeof bodySchema>['message'];

/** What FCM does with a notification. */
export type Reaction =
  | 'accept'
  /** Takes it, and the answer is lost on its way. */
  | 'acceptAndCut'
  /** The connection is cut before anything was taken. */
  | 'cut'
  /** Never answers. */
  | 'hang'
  /** Takes it when the promise is fulfilled. */
  | { readonly acceptAfter: Promise<unknown> }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };

/** A notification that reached FCM. */
export interface FcmRequest {
  readonly message: FcmMessage;
  readonly reaction: Reaction;
}

/** An error as FCM writes it. */
export function fcmError(
  status: number,
  canonical: string,
  { errorCode, field, retryAfter }: { errorCode?: string; field?: string; retryAfter?: string } = {},
): Reaction {
  const details = [
    ...(errorCode === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }]),
    ...(field === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field }] }]),
  ];
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    },
    body: JSON.stringify({ error: { code: status, message: 'Refused.', status: canonical, details } }),
  };
}

/** The answers that matter most. */
export const reactions = {
  unavailable: fcmError(503, 'UNAVAILABLE', { errorCode: 'UNAVAILABLE' }),
  unregistered: fcmError(404, 'NOT_FOUND', { errorCode: 'UNREGISTERED' }),
  wrongToken: fcmError(400, 'INVALID_ARGUMENT', { errorCode: 'INVALID_ARGUMENT', field: 'message.token' }),
  tooLarge: fcmError(400, 'INVALID_ARGUMENT', { errorCode: 'INVALID_ARGUMENT', field: 'message.data' }),
} as const;

/** The running server. */
export interface FakeFcm {
  /** For `FCM_ENDPOINT`. */
  readonly endpoint: string;
  /** For `FCM_CREDENTIALS`: the JSON of the service account. */
  readonly credentials: string;
  /** The private key of it, PEM. */
  readonly privateKey: string;
  /** Every notification that came with a valid access token, in order. */
  readonly requests: EventLog<FcmRequest>;
  /** Why requests were turned away; stays empty when the sender does everything right. */
  readonly complaints: readonly string[];
  /** Access tokens given out so far. */
  readonly accessTokens: readonly string[];
  /** Notifications that wait for an answer now, and the most there ever were. */
  readonly open: { now: number; most: number };
  /** Decides about the notifications from now on. */
  react(how: (message: FcmMessage) => Reaction): void;
  /** Gives out no access tokens from now on, or again. */
  refuseAccessTokens(isRefused: boolean): void;
  /** Lets no access token count any more that was given out so far. */
  revokeAccessTokens(): void;
  /** Accepted notifications for a device, in order. */
  acceptedBy(token: string): FcmMessage[];
  close(): Promise<void>;
}

/** Starts FCM and its authorisation server; `now` is the time by which assertions are judged. */
export async function startFakeFcm(now: () => number = Date.now): Promise<FakeFcm> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const requests = new EventLog<FcmRequest>();
  const complaints: string[] = [];
  const accessTokens: string[] = [];
  const validUntil = new Map<string, number>();
  const open = { now: 0, most: 0 };
  let isRefusing = false;
  let decide: (message: FcmMessage) => Reaction = () => 'accept';

  function answer(response: ServerResponse, status: number, body: string, headers = {}): void {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  }

  async function giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    try {
      if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') throw new Error('grant');
      const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', publicKey, {
        algorithms: ['RS256'],
        issuer: CLIENT_EMAIL,
        audience: `${endpoint}${TOKEN_PATH}`,
        requiredClaims: ['iat', 'exp', 'scope'],
        maxTokenAge: '60s',
        currentDate: new Date(now()),
      });
      if (protectedHeader.kid !== KEY_ID || protectedHeader.typ !== 'JWT') throw new Error('header');
      if (payload['scope'] !== SCOPE) throw new Error('scope');
      if ((payload.exp ?? 0) - (payload.iat ?? 0) > 3_600) throw new Error('too long a life');
    } catch (error) {
      complaints.push(`assertion: ${reasonOf(error)}`);
      answer(response, 400, JSON.stringify({ error: 'invalid_grant' }));
      return;
    }
    if (isRefusing) {
      answer(response, 503, '{}', { 'retry-after': '30' });
      return;
    }
    const token = `ya29.access-token-${accessTokens.length + 1}`;
    accessTokens.push(token);
    validUntil.set(token, now() + TOKEN_SECONDS * 1_000);
    answer(
      response,
      200,
      JSON.stringify({ access_token: token, expires_in: TOKEN_SECONDS, token_type: 'Bearer' }),
    );
  }

  async function perform(reaction: Reaction, response: ServerResponse): Promise<void> {
    if (reaction === 'hang') return;
    if (reaction === 'cut' || reaction === 'acceptAndCut') {
      response.destroy();
      return;
    }
    if (typeof reaction === 'object' && 'status' in reaction) {
      answer(response, reaction.status, reaction.body, reaction.headers);
      return;
    }
    if (typeof reaction === 'object') await reaction.acceptAfter;
    answer(response, 200, JSON.stringify({ name: `projects/${PROJECT}/messages/${requests.all.length}` }));
  }

  async function takeNotification(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (now() >= (validUntil.get(token) ?? 0)) {
      const { body: refusal } = fcmError(401, 'UNAUTHENTICATED') as { body: string };
      answer(response, 401, refusal);
      return;
    }
    const parsed = bodySchema.safeParse(JSON.parse(body));
    if (!parsed.success || Buffer.byteLength(body) > PAYLOAD_MAX_BYTES) {
      complaints.push(`notification: ${parsed.error?.message ?? 'too large'}`);
      await perform(reactions.tooLarge, response);
      return;
    }
    const { message } = parsed.data;
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    response.once('close', () => {
      open.now -= 1;
    });
    const reaction = decide(message);
    requests.add({ message, reaction });
    await perform(reaction, response);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST' && request.url === TOKEN_PATH) await giveToken(request, response);
    else if (request.method === 'POST' && request.url === SEND_PATH)
      await takeNotification(request, response);
    else {
      complaints.push(`${request.method} ${request.url}`);
      answer(response, 404, '<!doctype html><title>404</title>', { 'content-type': 'text/html' });
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      complaints.push(reasonOf(error));
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const endpoint = `http://127.0.0.1:${port}`;
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  return {
    endpoint,
    privateKey: pem,
    credentials: JSON.stringify({
      type: 'service_account',
      project_id: PROJECT,
      private_key_id: KEY_ID,
      private_key: pem,
      client_email: CLIENT_EMAIL,
      client_id: '1234567890',
      token_uri: `${endpoint}${TOKEN_PATH}`,
    }),
    requests,
    complaints,
    accessTokens,
    open,
    react(how) {
      decide = how;
    },
    refuseAccessTokens(refused) {
      isRefusing = refused;
    },
    revokeAccessTokens: () => validUntil.clear(),
    acceptedBy: (token) =>
      requests.all
        .filter(
          ({ message, reaction }) =>
            message.token === token &&
            (reaction === 'accept' ||
              reaction === 'acceptAndCut' ||
              (typeof reaction === 'object' && 'acceptAfter' in reaction)),
        )
        .map(({ message }) => message),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
