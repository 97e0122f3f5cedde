/** Prometheus metrics of this process. Labels are route patterns and codes; nothing that a caller wrote. */
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Request, Response } from 'express';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  observe(req: Request, res: Response): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'wingman_api_' });
  const seconds = new Histogram({
    name: 'wingman_http_request_duration_seconds', help: 'Time from the request to the end of the answer', labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30], registers: [registry],
  });
  const refused = new Counter({ name: 'wingman_http_refusals_total', help: 'Answers of 400 and above', labelNames: ['route', 'status'], registers: [registry] });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe(req, res) {
      const from = performance.now();
      res.once('finish', () => {
        const matched: unknown = req.route;
        const route = typeof matched === 'object' && matched !== null && 'path' in matched && typeof matched.path === 'string' ? matched.path : 'unmatched';
        const status = String(res.statusCode);
        seconds.observe({ method: req.method, route, status }, (performance.now() - from) / 1_000);
        if (res.statusCode >= 400) refused.inc({ route, status });
      });
    },
  };
}
