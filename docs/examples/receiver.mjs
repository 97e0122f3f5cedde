// A receiver of Wingman's webhooks in Node, with the package `standardwebhooks`.
//
//     WEBHOOK_SECRET=whsec_… PORT=9000 node docs/examples/receiver.mjs
//
// It answers 204 for what it took, 401 for what Wingman has not signed. What it has taken once it does not act on again.
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET ?? '');
/** In a program of your own: a table with a unique key, in the same transaction as what you do about it. */
const taken = new Set();

const server = createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    let event;
    try {
      // The bytes as they came: parsed and written again they would have another signature. Old timestamps are refused too.
      event = webhook.verify(Buffer.concat(chunks).toString('utf8'), req.headers);
    } catch {
      res.writeHead(401).end();
      return;
    }
    const id = req.headers['webhook-id'];
    if (!taken.has(id)) {
      taken.add(id);
      console.log(`${event.type} ${event.data.seq}`);
    }
    res.writeHead(204).end();
  });
});
server.listen(Number(process.env.PORT ?? 9000), process.env.HOST ?? '127.0.0.1', () => console.log('listening'));
