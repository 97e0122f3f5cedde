/** Reads the body of one Engine API answer in the way that its call asks for, never more of it than was allowed. */
import type { IncomingMessage } from 'node:http';
import type { EngineCall, EngineReply } from '../domain/command/action';
import { WingmanError } from '../domain/errors';
import { byteBudget, createBoundedOutput } from './bounded-output';
import { createDemultiplexer } from './demultiplex';
import { StepFailure } from './step-failure';

/** A list of 10,000 containers is about 15 MB of JSON. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;
const MAX_LINE_BYTES = 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

export async function readAnswer(
  response: IncomingMessage,
  call: EngineCall,
  maxOutputBytes: number,
): Promise<EngineReply> {
  const status = response.statusCode ?? 0;
  switch (call.answer) {
    case 'none':
      for await (const _ of response) {
        /* drained, so that the connection ends in order */
      }
      return { status };
    case 'json':
      return { status, json: await readJson(response) };
    case 'lines':
      return { status, json: await readLines(within(response, call), maxOutputBytes) };
    case 'text':
      return { status, stdout: await readText(response, call, maxOutputBytes) };
    case 'multiplexed':
      return { status, ...(await readMultiplexed(response, call, maxOutputBytes)) };
  }
}

/** The engine's own words for a refusal: `{"message": …}`, else the text as it is. */
export async function readErrorMessage(response: IncomingMessage): Promise<string> {
  const output = createBoundedOutput(byteBudget(MAX_ERROR_BYTES));
  for await (const chunk of response) output.push(chunk as Buffer);
  const text = output.text().trim();
  const parsed = parseJson(text);
  if (isRecord(parsed) && typeof parsed['message'] === 'string') return parsed['message'];
  return text === '' ? 'no reason given' : text;
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const output = createBoundedOutput(byteBudget(MAX_JSON_BYTES));
  for await (const chunk of response) {
    output.push(chunk as Buffer);
    if (output.droppedBytes() > 0)
      throw new WingmanError('ENGINE_ERROR', `the engine answered more than ${String(MAX_JSON_BYTES)} bytes`);
  }
  const text = output.text();
  if (text.trim() === '') return undefined;
  const parsed = parseJson(text);
  if (parsed === undefined) throw new WingmanError('ENGINE_ERROR', 'the engine answered something that is not JSON');
  return parsed;
}

/** Objects beyond the limit are still looked at for `error`, then dropped: the last line decides whether a build failed. */
async function readLines(response: AsyncIterable<unknown>, maxBytes: number): Promise<unknown[]> {
  const kept: unknown[] = [];
  let bytes = 0;
  for await (const value of jsonLines(response)) {
    const failure = isRecord(value.parsed) ? value.parsed['error'] : undefined;
    if (typeof failure === 'string') throw new StepFailure(new WingmanError('ENGINE_ERROR', failure), printed(kept));
    bytes += value.bytes;
    if (bytes <= maxBytes) kept.push(value.parsed);
  }
  return kept;
}

/** What a build has printed. */
const printed = (lines: readonly unknown[]): string =>
  lines.map((line) => (isRecord(line) && typeof line['stream'] === 'string' ? line['stream'] : '')).join('');

/** One JSON object a line, as the engine streams progress and events. Lines that are no JSON are an ENGINE_ERROR. */
export async function* jsonLines(response: AsyncIterable<unknown>): AsyncGenerator<{ parsed: unknown; bytes: number }> {
  let pending: Buffer = Buffer.alloc(0);
  const parse = (line: Buffer) => {
    const text = line.toString('utf8').trim();
    if (text === '') return undefined;
    const parsed = parseJson(text);
    if (parsed === undefined) throw new WingmanError('ENGINE_ERROR', 'the engine streamed a line that is not JSON');
    return { parsed, bytes: line.length };
  };
  for await (const chunk of response) {
    pending = pending.length === 0 ? (chunk as Buffer) : Buffer.concat([pending, chunk as Buffer]);
    for (let end = pending.indexOf(10); end >= 0; end = pending.indexOf(10)) {
      const value = parse(pending.subarray(0, end));
      pending = pending.subarray(end + 1);
      if (value !== undefined) yield value;
    }
    if (pending.length > MAX_LINE_BYTES)
      throw new WingmanError('ENGINE_ERROR', 'the engine streamed a line without end');
  }
  const last = parse(pending);
  if (last !== undefined) yield last;
}

/**
 * Reading stops at the limit for a GET (there is nothing to wait for), but goes on and drops for a POST: the end of the
 * stream is how an exec tells that it is over.
 */
const stopsAtLimit = (call: EngineCall): boolean => call.method === 'GET';

/** What comes in the time of a call that has no end of its own. */
async function* within(response: IncomingMessage, { seconds }: EngineCall): AsyncGenerator<unknown, void, undefined> {
  if (seconds === undefined) {
    yield* response;
    return;
  }
  let isCut = false;
  const cut = setTimeout(() => {
    isCut = true;
    response.destroy();
  }, seconds * 1000);
  try {
    yield* response;
  } catch (error) {
    // Cut by ourselves: what came until then is the answer.
    if (!isCut) throw error;
  } finally {
    clearTimeout(cut);
  }
}

async function readText(response: IncomingMessage, call: EngineCall, maxBytes: number): Promise<string> {
  const output = createBoundedOutput(byteBudget(maxBytes));
  for await (const chunk of within(response, call)) {
    output.push(chunk as Buffer);
    if (output.droppedBytes() > 0 && stopsAtLimit(call)) break;
  }
  return output.text();
}

async function readMultiplexed(
  response: IncomingMessage,
  call: EngineCall,
  maxBytes: number,
): Promise<{ stdout: string; stderr: string }> {
  const budget = byteBudget(maxBytes);
  const stdout = createBoundedOutput(budget);
  const stderr = createBoundedOutput(budget);
  const demultiplexer = createDemultiplexer({
    stdout: (chunk) => stdout.push(chunk),
    stderr: (chunk) => stderr.push(chunk),
  });
  for await (const chunk of within(response, call)) {
    demultiplexer.push(chunk as Buffer);
    if (stdout.droppedBytes() + stderr.droppedBytes() > 0 && stopsAtLimit(call)) break;
  }
  demultiplexer.end();
  return { stdout: stdout.text(), stderr: stderr.text() };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: every caller says so in its own words.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
