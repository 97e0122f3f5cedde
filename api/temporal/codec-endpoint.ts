/**
 * Lets Temporal's UI show what is encrypted, in the form of Temporal's remote codec: `POST …/decode` with `{ payloads }`. It only
 * decodes. The secret in the path is made anew at each start and known to the UI alone, and a page of another origin is refused;
 * whoever may open the UI on this machine can read what it shows (docs/threat-model.md).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import { refusal } from '../../domain/errors';
import { validate } from '../../contracts/validate';
import type { PayloadCodec } from '@temporalio/common';
import { sendProblem, toWingmanError } from '../http/problem';
import { readJsonBody } from '../http/read-body';

export interface UiCodec {
  readonly secret: string;
  /** Of the UI, such as `http://127.0.0.1:8233`. */
  readonly origins: readonly string[];
}

const PATH = '/temporal/codec/:secret/decode';
const base64 = z.base64().max(2_000_000);
const body = z.strictObject({
  payloads: z.array(z.strictObject({ metadata: z.record(z.string().max(100), base64).optional(), data: base64.optional() })).max(1_000),
});
type Wire = z.infer<typeof body>['payloads'][number];

export function mountCodecEndpoint(app: Express, codec: PayloadCodec, { secret, origins }: UiCodec): void {
  const admit = (req: Request, res: Response): void => {
    if (!isSame(String(req.params['secret']), secret)) throw refusal('NOT_FOUND', 'there is nothing here; see GET /');
    const origin = req.headers.origin;
    if (origin === undefined || !origins.includes(origin)) throw refusal('FORBIDDEN', 'only Temporal’s own UI may ask here');
    res.setHeader('Access-Control-Allow-Origin', origin);
    res.setHeader('Vary', 'Origin');
  };
  const answer = (act: (req: Request, res: Response) => Promise<void>) => (req: Request, res: Response) => {
    act(req, res).catch((error: unknown) => sendProblem(res, toWingmanError(error)));
  };
  app.options(PATH, answer(async (req, res) => {
    admit(req, res);
    res.setHeader('Access-Control-Allow-Methods', 'POST');
    res.setHeader('Access-Control-Allow-Headers', 'content-type, x-namespace, authorization, caller-type');
    res.status(204).end();
    await Promise.resolve();
  }));
  app.post(PATH, answer(async (req, res) => {
    admit(req, res);
    const { payloads } = validate(body, await readJsonBody(req));
    res.json({ payloads: await Promise.all(payloads.map((payload) => decoded(codec, payload))) });
  }));
}

/** What is not ours, or not whole, comes back as it was: the UI then shows that it cannot be read. */
async function decoded(codec: PayloadCodec, wire: Wire): Promise<Wire> {
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64');
  const metadata = Object.fromEntries(Object.entries(wire.metadata ?? {}).map(([name, value]) => [name, bytes(value)]));
  const [plain] = await codec.decode([{ metadata, data: bytes(wire.data ?? '') }]).catch(() => []);
  if (plain === undefined) return wire;
  return {
    metadata: Object.fromEntries(Object.entries(plain.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
    data: Buffer.from(plain.data ?? []).toString('base64'),
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
