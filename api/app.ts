/** What answers a request, put together: headers, endpoints, documentation, and an answer for everything else. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import express, { type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import { refusal } from '../domain/errors';
import type { ApiContext } from './context';
import { requestId, serve, type Endpoint } from './http/endpoint';
import type { ExpressMessages } from './http/messages';
import { createMetrics } from './http/metrics';
import { openApiDocument } from './http/openapi';
import { sendProblem, toWingmanError } from './http/problem';
import { createRefusalRecorder } from './identity/refusals';
import { approvalRoutes } from './routes/approvals';
import { claimRoutes } from './routes/claims';
import { executionRoutes } from './routes/execution';
import { gateRoutes } from './routes/gate';
import { accountRoutes } from './routes/account';
import { incidentRoutes } from './routes/incidents';
import { ledgerRoutes } from './routes/ledger';
import { operationRoutes } from './routes/operations';
import { recoveryRoutes } from './routes/recovery';
import { systemRoutes } from './routes/system';
import { webhookRoutes } from './routes/webhooks';

export type Listener = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * @param messages what the server makes requests and answers with
 * @param extend adds what is no endpoint for clients, before the answer for everything else
 */
export function createApp(context: ApiContext, messages: ExpressMessages, extend: (app: Express) => void): Listener {
  const app = express();
  messages.adopt(app);
  const refusals = createRefusalRecorder(context);
  const metrics = createMetrics();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', false);
  app.set('trust proxy', false);
  app.set('case sensitive routing', true);

  const endpoints: Endpoint[] = [];
  const openapi = (): unknown => openApiDocument(endpoints, context.version);
  endpoints.push(
    ...systemRoutes(context, metrics, () => endpoints, openapi),
    ...gateRoutes(context),
    ...approvalRoutes(context),
    ...executionRoutes(context),
    ...recoveryRoutes(context),
    ...claimRoutes(context),
    ...incidentRoutes(context),
    ...accountRoutes(context),
    ...operationRoutes(context),
    ...webhookRoutes(context),
    ...ledgerRoutes(context),
  );
  const literal = new Map<string, Endpoint>();
  const answer = (one: Endpoint, req: Request, res: Response): void => void serve(context, refusals, one, req, res);
  for (const one of endpoints) {
    if (!one.path.includes(':')) literal.set(`${one.method.toUpperCase()} ${one.path}`, one);
    app[one.method](one.path, (req: Request, res: Response) => answer(one, req, res));
  }
  mountDocs(app);
  extend(app);

  const known = new Map<string, string[]>();
  for (const { method, path } of endpoints) known.set(path, [...(known.get(path) ?? []), method.toUpperCase()]);
  for (const [path, methods] of known) {
    app.all(path, (req: Request, res: Response) => {
      const error = refusal('METHOD_NOT_ALLOWED', `this path takes ${methods.join(', ')}`);
      res.setHeader('Allow', methods.join(', '));
      void refusals.record(req, null, error).then(() => sendProblem(res, error));
    });
  }
  app.use((req: Request, res: Response) => {
    const error = refusal('NOT_FOUND', 'there is nothing here; see GET /');
    void refusals.record(req, null, error).then(() => sendProblem(res, error));
  });
  // Four parameters make it the error handler: what the router itself throws, such as a path with a broken escape.
  app.use((thrown: unknown, req: Request, res: Response, _next: () => void) => {
    const error = toWingmanError(thrown);
    if (error.code === 'INTERNAL') context.log.error({ err: thrown }, 'the router failed');
    void refusals.record(req, null, error).then(() => sendProblem(res, error));
  });

  const always = securityHeaders();
  return (message, response) => {
    // Both have been made as Express has them, see `messages.ts`.
    const [req, res] = [message as Request, response as Response];
    for (const [name, value] of always) res.setHeader(name, value);
    res.setHeader('X-Request-Id', requestId(req));
    res.setHeader('Cache-Control', 'no-store');
    metrics.observe(req, res);
    // Express tries one path after the other; most calls name theirs letter by letter, and nothing of them is left to be read.
    const one = literal.get(`${String(req.method)} ${req.url}`);
    if (one === undefined) {
      app(req, res);
      return;
    }
    req.originalUrl = req.url;
    req.params = {};
    req.route = { path: one.path };
    answer(one, req, res);
  };
}

/** Helmet's headers are the same for every answer, so it is asked for them once. */
function securityHeaders(): readonly (readonly [string, string])[] {
  const kept: (readonly [string, string])[] = [];
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  res.setHeader = (name, value) => {
    kept.push([name, String(value)]);
    return res;
  };
  helmet({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } }, strictTransportSecurity: false })(res.req, res, () => undefined);
  return kept;
}

/** Swagger UI from the package itself: no page of ours loads anything from elsewhere. */
function mountDocs(app: Express): void {
  app.get('/docs', (_req, res) => {
    res.type('html').send('<!doctype html><html lang="en"><meta charset="utf-8"><title>Wingman API</title><link rel="stylesheet" href="/docs/assets/swagger-ui.css"><div id="ui"></div><script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/init.js"></script></html>');
  });
  app.get('/docs/init.js', (_req, res) => {
    res.type('js').send("window.ui=SwaggerUIBundle({url:'/openapi.json',dom_id:'#ui',validatorUrl:null})");
  });
  app.use('/docs/assets', express.static(dirname(require.resolve('swagger-ui-dist')), { index: false }));
}
