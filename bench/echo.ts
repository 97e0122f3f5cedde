/** The floor of `POST /check`: stock Express that answers with the JSON that came. */
import { createServer } from 'node:http';
import express from 'express';

/** @returns where it serves */
export async function startEcho(): Promise<string> {
  const app = express();
  app.use(express.json({ limit: '1mb' }));
  app.post('/check', (req, res) => {
    res.json(req.body);
  });
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
}
