/** Request bodies: one media type, one reader, bounded. The bytes are hostile until a schema has passed them. */
import type { Request } from 'express';
import { refusal } from '../../domain/errors';
import { parseStrictJson } from '../../contracts/strict-json';

const MAX_BODY_BYTES = 512 * 1024;
const UTF8 = new TextDecoder('utf-8', { fatal: true });
const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i;

/** @throws WingmanError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, MALFORMED_JSON, DUPLICATE_MEMBER, BODY_TOO_DEEP, UNKNOWN_FIELD */
export async function readJsonBody(req: Request): Promise<unknown> {
  const type = req.headers['content-type'];
  if (type === undefined || !JSON_TYPE.test(type)) throw refusal('UNSUPPORTED_MEDIA_TYPE', 'send the body as Content-Type: application/json');
  if (req.headers['content-encoding'] !== undefined) throw refusal('UNSUPPORTED_MEDIA_TYPE', 'send the body without Content-Encoding');
  const bytes = await readBytes(req);
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw refusal('MALFORMED_JSON', 'the body is not UTF-8');
  }
  return parseStrictJson(text);
}

function readBytes(req: Request): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    return Promise.reject(refusal('BODY_TOO_LARGE', `a body has at most ${String(MAX_BODY_BYTES)} bytes`));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const give = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        req.off('data', give);
        req.resume();
        reject(refusal('BODY_TOO_LARGE', `a body has at most ${String(MAX_BODY_BYTES)} bytes`));
        return;
      }
      chunks.push(chunk);
    };
    req.on('data', give);
    req.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    req.once('error', () => reject(refusal('MALFORMED_JSON', 'the body broke off')));
    req.once('aborted', () => reject(refusal('MALFORMED_JSON', 'the body broke off')));
  });
}
