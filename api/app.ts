/** The Express application, put together: headers, endpoints, documentation, and an answer for everything else. */
import { dirname } from 'node:path';
import express, { type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import { refusal } from '../domain/errors';
import type { ApiContext } from './context';
import { mount, requestId, type Endpoint } from './endpoint';
import { createMetrics } from './metrics';
import { openApiDocument } from './openapi';
import { sendProblem, toWingmanError } from './problem';
import { createRefusalRecorder } from './refusals';
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

/** @param extend adds what is no endpoint for clients, before the answer for everything else */
export function createApp(context: ApiContext, extend: (app: Express) => void = () => undefined): Express {
  const app = express();
  const refusals = createRefusalRecorder(context);
  const metrics = createMetrics();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', false);
  app.set('trust proxy', false);
  app.set('case sensitive routing', true);
  app.use(helmet({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } }, strictTransportSecurity: false }));
  app.use((req, res, next) => {
    res.setHeader('X-Request-Id', requestId(req));
    res.setHeader('Cache-Control', 'no-store');
    metrics.observe(req, res);
    next();
  });

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
  for (const one of endpoints) mount(app, context, refusals, one);
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
  return app;
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
