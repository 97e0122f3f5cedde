/**
 * `POST /check` as fast as some connections can, for the process beside the bench: what a client costs is in neither side's
 * figure then. Each request is bytes made once, with a number of its own written into the text, so that no answer can be one
 * that was kept; each answer is read to its end and compared.
 */
import { connect, type Socket } from 'node:net';

export interface LoadOrder {
  readonly kind: 'load';
  readonly port: number;
  readonly instruction: string;
  /** The right answer: what came, or this. */
  readonly answer: 'echo' | { readonly body: string };
  /** Each from an address of its own: the budget of /check is by address. */
  readonly connections: number;
}

/** Six digits that the text ends with. */
const DIGITS = 6;
const HEAD_END = Buffer.from('\r\n\r\n');

interface Lane {
  /** Sends one request. @param number what its text ends with */
  ask(number: number): Promise<void>;
}

/** @returns sends so many requests, at most `concurrency` at once, and resolves when all are answered rightly */
export async function openLoad(order: LoadOrder): Promise<(operations: number, concurrency: number) => Promise<void>> {
  const lanes = await Promise.all(Array.from({ length: order.connections }, (_, index) => openLane(order, index)));
  let number = 0;
  return async (operations, concurrency) => {
    let left = operations;
    const drive = async (lane: Lane): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await lane.ask((number += 1));
      }
    };
    let isUnderWay = true;
    // Awake all the time: to wake a process that sleeps costs the one that wakes it, here the server, as much as a whole answer.
    const stayAwake = (): void => void (isUnderWay && setImmediate(stayAwake));
    stayAwake();
    try {
      await Promise.all(lanes.slice(0, concurrency).map(drive));
    } finally {
      isUnderWay = false;
    }
  };
}

async function openLane({ port, instruction, answer, connections }: LoadOrder, index: number): Promise<Lane> {
  const body = Buffer.from(JSON.stringify({ instruction: `${instruction.trimEnd()} ${'0'.repeat(DIGITS)}` }));
  const head = Buffer.from(`POST /check HTTP/1.1\r\nHost: 127.0.0.1:${String(port)}\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n`);
  const bytes = Buffer.concat([head, body]);
  /** Of the digits, in the body: in front of the quotation mark and the brace. */
  const digits = body.length - 2 - DIGITS;
  const right = answer === 'echo' ? bytes.subarray(head.length) : Buffer.from(answer.body);
  const socket: Socket = connect({ port, host: '127.0.0.1', ...(connections > 1 ? { localAddress: `127.0.1.${String(index + 1)}` } : {}) });
  await new Promise<void>((done, fail) => socket.once('connect', done).once('error', fail));
  socket.setNoDelay(true);
  let got: Buffer = Buffer.alloc(0);
  let waiting: { readonly done: () => void; readonly fail: (error: Error) => void } | null = null;
  socket.on('data', (chunk: Buffer) => {
    got = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
    const end = got.indexOf(HEAD_END);
    if (end === -1 || got.length < end + HEAD_END.length + lengthOf(got, end)) return;
    const [asked, all] = [waiting, got];
    waiting = null;
    got = Buffer.alloc(0);
    const isRight = all.toString('latin1', 0, 13) === 'HTTP/1.1 200 ' && right.equals(all.subarray(end + HEAD_END.length));
    if (isRight) asked?.done();
    else asked?.fail(new Error(`POST /check: ${all.toString('utf8').slice(0, 1_000)}`));
  });
  socket.once('error', (error) => waiting?.fail(error));
  socket.once('close', () => waiting?.fail(new Error('the server closed the connection')));
  return {
    ask: (number) =>
      new Promise((done, fail) => {
        bytes.write(String(number % 10 ** DIGITS).padStart(DIGITS, '0'), head.length + digits, 'latin1');
        waiting = { done, fail };
        // A write that does not fit is copied later: the bytes change only after the answer.
        socket.write(bytes);
      }),
  };
}

function lengthOf(answer: Buffer, headEnd: number): number {
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.toString('latin1', 0, headEnd))?.[1];
  if (length === undefined) throw new Error('an answer came without Content-Length');
  return Number(length);
}
