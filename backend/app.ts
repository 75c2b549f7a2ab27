import type { FastifyBaseLogger } from 'fastify';
import type { Message } from '../shared/wire/entities.ts';
import { installAuthentication } from './accounts/authentication.ts';
import { registerAccountRoutes } from './accounts/routes.ts';
import { createSessions } from './accounts/sessions.ts';
import { createTokens } from './accounts/tokens.ts';
import { createConversations } from './messaging/conversations.ts';
import { createFeed } from './messaging/feed.ts';
import { findFeedHead, type FeedRow } from './messaging/feed-repository.ts';
import { registerFeedRoutes } from './messaging/feed-routes.ts';
import { registerMessagingRoutes } from './messaging/routes.ts';
import { createSending } from './messaging/sending.ts';
import { registerTraineeRoutes } from './messaging/trainee-routes.ts';
import { createTrainees, type Trainees } from './messaging/trainees.ts';
import type { Clock } from './operations/clock.ts';
import { installDraining } from './operations/draining.ts';
import { installEpochCheck } from './operations/epoch-check.ts';
import { registerHealthRoutes } from './operations/health-routes.ts';
import { startHousekeeping } from './operations/housekeeping.ts';
import { createHttpServer } from './operations/http-server.ts';
import { createReadLimiter, createSignInLimiter } from './operations/limiters.ts';
import { meterDatabase, meterSending } from './operations/metering.ts';
import { registerMetricsRoute } from './operations/metrics-routes.ts';
import type { Metrics } from './operations/metrics.ts';
import { installOpenApi } from './operations/openapi.ts';
import type { Redis } from './operations/redis.ts';
import { createDevices } from './push/devices.ts';
import { startPush, type Push } from './push/push.ts';
import { registerPushRoutes } from './push/routes.ts';
import { joinCluster } from './realtime/cluster.ts';
import { createGateway, type Gateway } from './realtime/gateway.ts';
import { requestReport } from './operations/request-report.ts';
import { followRequests } from './operations/requests-under-way.ts';
import type { Settings } from './settings.ts';
import type { Database } from './storage/database.ts';
import type { ServerIdentity } from './storage/meta.ts';

/** What an app is built from. */
export interface AppParts {
  readonly database: Database;
  readonly identity: ServerIdentity;
  readonly authSecret: string;
  readonly settings: Pick<
    Settings,
    | 'accessTokenSeconds'
    | 'sendLimitPerMinute'
    | 'readLimitPerMinute'
    | 'trustedProxies'
    | 'metricsToken'
    | 'push'
  >;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  /** How this node and others on the same database reach each other; null for a node that is alone. */
  readonly redis: Redis | null;
}

/** One running messaging backend; any number of them can live in a process. */
export interface App {
  readonly trainees: Trainees;
  /** The open sockets. */
  readonly gateway: Gateway;
  /** Notifications that wait to be pushed, and what has become of others. */
  readonly pushQueueState: Push['queueState'];
  /** Serves requests. @returns the origin, e.g. `http://127.0.0.1:41234` */
  listen(host: string, port: number): Promise<string>;
  /** Lets the clients go to other nodes; before `close`, where there are other nodes. */
  drain(): Promise<void>;
  /** Stops taking requests, finishes those under way and closes the sockets; the database stays open. */
  close(): Promise<void>;
  /** Ends the connections on which requests are still under way, so that `close` need not wait for them. */
  cutConnections(): void;
}

/** Builds the backend. */
export async function createApp(parts: AppParts): Promise<App> {
  const { identity, clock, logger, settings, metrics } = parts;
  const database = meterDatabase(parts.database, metrics);
  const app = createHttpServer(logger, metrics, settings.trustedProxies);
  const cluster = joinCluster({ redis: parts.redis, serverId: identity.serverId, log: logger });

  const sessions = createSessions({
    database,
    clock,
    tokens: createTokens(parts.authSecret, settings.accessTokenSeconds, clock),
    signInLimiter: createSignInLimiter(cluster.sharedCounts),
  });
  const announce = (rows: readonly FeedRow[], message?: Message) => gateway.publish(rows, message);
  const conversations = createConversations({ database, announce });
  const trainees = createTrainees({ database, clock, announce });
  const feed = createFeed({ database, identity });
  const push = startPush({
    database,
    clock,
    settings: settings.push,
    log: logger,
    isFocused: (userId, conversationId) => gateway.isFocused(userId, conversationId),
  });
  const sending = meterSending(
    createSending({
      database,
      sendLimitPerMinute: settings.sendLimitPerMinute,
      writePush: push.write,
      announce(rows) {
        announce(rows);
        push.wake();
      },
    }),
    metrics,
  );
  const gateway: Gateway = createGateway({
    httpServer: app.server,
    database,
    identity,
    sessions,
    conversations,
    feed,
    presence: cluster.presence,
    openBus: cluster.openBus,
    clock,
    log: logger,
    metrics,
  });
  metrics.watch({
    sockets: () => gateway.openSockets(),
    push: push.queueState,
    ...(database.connections && { databaseConnections: database.connections }),
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { principal } = request;
    if (principal) {
      const feedSeq = request.feedSeq ?? (await findFeedHead(database.read, principal.user.id));
      reply.header('x-feed-head', `${identity.epoch}:${feedSeq}`);
    }
    return payload;
  });
  app.addHook('onResponse', async ({ principal }) => {
    if (principal?.user.role === 'trainee') await trainees.noteActivity(principal.user.id);
  });
  const underWay = followRequests(app, requestReport(metrics, { isLost: true }));
  installAuthentication(app, {
    sessions,
    readLimiter: createReadLimiter(settings.readLimitPerMinute, cluster.sharedCounts),
  });
  installEpochCheck(app, identity.epoch);

  const draining = installDraining(app);
  await installOpenApi(app);
  registerHealthRoutes(app, { database, redis: parts.redis, draining, isPushConfigured: push.isConfigured });
  registerMetricsRoute(app, { metrics, token: settings.metricsToken });
  registerAccountRoutes(app, { sessions, sessionsEnded: () => gateway.recheckSessions() });
  registerTraineeRoutes(app, { trainees });
  registerMessagingRoutes(app, { conversations, sending });
  registerFeedRoutes(app, { feed });
  registerPushRoutes(app, { devices: createDevices({ database, clock }) });
  const housekeeping = startHousekeeping({ database, clock, log: logger });

  return {
    trainees,
    gateway,
    pushQueueState: push.queueState,
    listen: (host, port) => app.listen({ host, port }),
    async drain() {
      await draining.begin(() => gateway.closeSockets());
    },
    async close() {
      await housekeeping.stop();
      await gateway.close();
      await push.stop();
      const closed = app.close();
      await underWay.settled();
      // What is open now is kept for further requests, or was never used; the server would wait for its end.
      app.server.closeAllConnections();
      await closed;
    },
    cutConnections: () => app.server.closeAllConnections(),
  };
}
