/**
 * Express gives each request and each answer its own prototype as it comes in, which takes more time than the rest of it.
 * Here Node makes them with that prototype at once, so that Express finds nothing to change.
 */
import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import type { Express, Request, Response } from 'express';

export interface ExpressMessages {
  readonly options: Required<Pick<ServerOptions<typeof IncomingMessage, typeof ServerResponse>, 'IncomingMessage' | 'ServerResponse'>>;
  /** Before the first request. */
  adopt(app: Express): void;
}

export function createExpressMessages(): ExpressMessages {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  return {
    options: { IncomingMessage: AppRequest, ServerResponse: AppResponse as unknown as typeof ServerResponse },
    adopt(app) {
      Object.setPrototypeOf(AppRequest.prototype, app.request);
      Object.setPrototypeOf(AppResponse.prototype, app.response);
      app.request = AppRequest.prototype as Request;
      app.response = AppResponse.prototype as unknown as Response;
    },
  };
}
