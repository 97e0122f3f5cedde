import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openStateFile, type StateFile } from '../../../clients/telegram/bot-state';

const silent = pino({ level: 'silent' });

describe('what the bot remembers', () => {
  let dir: string;
  let file: StateFile;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'wingman-bot-state-'));
    file = await openStateFile(dir, silent);
  });
  const onDisk = (): number => (JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8')) as { last_event: number }).last_event;

  it('is on disk when a save resolves, also one that was asked for while another ran', async () => {
    file.state.last_event = 1;
    const first = file.save();
    file.state.last_event = 2;
    const second = file.save();
    await Promise.all([first, second]);
    expect(onDisk()).toBe(2);
  });

  it('is written by one at a time, whoever asks in the moment when a write ends', async () => {
    const saves = [file.save()];
    const waiting = file.save();
    await saves[0];
    for (let tick = 0; tick < 10; tick += 1) {
      file.state.last_event += 1;
      saves.push(file.save());
      await Promise.resolve();
    }
    expect((await Promise.allSettled([waiting, ...saves])).map(({ status }) => status)).toEqual(Array(12).fill('fulfilled'));
    expect(onDisk()).toBe(10);
  });

  it('is written by the next save when one has failed', async () => {
    const bare = JSON.stringify;
    const failing = jest.spyOn(JSON, 'stringify').mockImplementationOnce(() => {
      throw new Error('no space left');
    }).mockImplementation(bare);
    await expect(file.save()).rejects.toThrow('no space left');
    failing.mockRestore();
    file.state.last_event = 7;
    await file.save();
    expect(onDisk()).toBe(7);
  });
});
