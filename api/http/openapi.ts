/** The OpenAPI 3.1 document, made from the endpoints and schemas that serve the calls: it cannot say anything else than they do. */
import { createDocument } from 'zod-openapi';
import { z } from 'zod';
import type { Endpoint } from './endpoint';

const problem = z
  .object({ type: z.string(), title: z.string(), status: z.number().int(), code: z.string(), error: z.string(), detail: z.string() })
  .meta({ id: 'Problem', description: 'RFC 9457; `code` is stable, `error` is the text for older clients' });

export function openApiDocument(endpoints: readonly Endpoint[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of endpoints) {
    const path = one.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[one.method] = operation(one);
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Wingman', version, description: 'Approval, execution and proof for AI agents that touch real infrastructure.' },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key of `wingman keys`' } } },
    paths: paths,
  });
}

function operation({ who, summary, tag, body, path, query, answers, idempotent }: Endpoint): Record<string, unknown> {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const inQuery = (query ?? []).map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } }));
  const inHeader = idempotent === true ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 128 } }] : [];
  return {
    summary,
    description: who === 'open' ? 'No key needed.' : `For keys of kind ${who.join(', ')}.`,
    tags: [tag],
    security: who === 'open' ? [] : [{ key: [] }],
    parameters: [...inPath, ...inQuery, ...inHeader],
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      '200': { description: answers },
      default: { description: 'A refusal or a fault', content: { 'application/problem+json': { schema: problem } } },
    },
  };
}
