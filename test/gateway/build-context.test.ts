import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { packBuildContext } from '../../gateway/build-context';
import { parseIgnorePatterns } from '../../gateway/ignore-patterns';

function directory(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'wm-context-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

async function unpack(tar: Readable): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of tar.pipe(extract())) {
    let text = '';
    for await (const chunk of entry) text += String(chunk);
    found[entry.header.name] =
      entry.header.type === 'symlink'
        ? `-> ${String(entry.header.linkname)}`
        : entry.header.type === 'directory'
          ? '/'
          : text;
  }
  return found;
}

test('a context is packed with its directories, files and empty files', async () => {
  const path = directory({ Dockerfile: 'FROM a', 'src/app.txt': 'hello', 'src/empty': '' });
  expect(await unpack(await packBuildContext({ path, dockerfile: 'Dockerfile' }))).toEqual({
    Dockerfile: 'FROM a',
    src: '/',
    'src/app.txt': 'hello',
    'src/empty': '',
  });
});

test('a link is sent as a link, and nothing behind it', async () => {
  const path = directory({ Dockerfile: 'FROM a' });
  symlinkSync('/etc/passwd', join(path, 'users'));
  symlinkSync('/etc', join(path, 'etc'));
  expect(await unpack(await packBuildContext({ path, dockerfile: 'Dockerfile' }))).toEqual({
    Dockerfile: 'FROM a',
    users: '-> /etc/passwd',
    etc: '-> /etc',
  });
});

test('what .dockerignore names stays at home, but for the Dockerfile', async () => {
  const path = directory({
    Dockerfile: 'FROM a',
    '.env': 'KEY=1',
    'deep/er/.env': 'KEY=2',
    'logs/a.log': 'x',
    'logs/keep.log': 'y',
    'src/app': 'z',
    '.dockerignore': '# secrets\n**/.env\nlogs\n!logs/keep.log\nDockerfile\n',
  });
  const names = Object.keys(await unpack(await packBuildContext({ path, dockerfile: 'Dockerfile' })));
  expect(names.sort()).toEqual([
    '.dockerignore',
    'Dockerfile',
    'deep',
    'deep/er',
    'logs/keep.log',
    'src',
    'src/app',
  ]);
});

test('a file that is replaced between listing and sending breaks the stream', async () => {
  const path = directory({ Dockerfile: 'FROM a', zz: 'as registered' });
  const tar = await packBuildContext({ path, dockerfile: 'Dockerfile' });
  rmSync(join(path, 'zz'));
  symlinkSync('/etc/passwd', join(path, 'zz'));
  await expect(
    (async () => {
      for await (const _ of tar) {
        /* read to its end */
      }
    })(),
  ).rejects.toMatchObject({ code: 'FILE_CHANGED' });
});

test.each([
  ['a directory that is not there', '/nonexistent/context', 'Dockerfile', undefined],
  ['a file as context', '/etc/passwd', 'Dockerfile', undefined],
  ['a context without the Dockerfile', directory({ other: '' }), 'Dockerfile', undefined],
  ['a Dockerfile outside', directory({ Dockerfile: '' }), '../Dockerfile', undefined],
  ['too many entries', directory({ Dockerfile: '', a: '', b: '' }), 'Dockerfile', { maxEntries: 2, maxBytes: 100 }],
  ['too many bytes', directory({ Dockerfile: 'x'.repeat(101) }), 'Dockerfile', { maxEntries: 2, maxBytes: 100 }],
])('%s is refused before anything is sent', async (_what, path, dockerfile, limits) => {
  await expect(packBuildContext({ path, dockerfile }, limits)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test.each([
  ['*.log', 'a.log', true],
  ['*.log', 'dir/a.log', false],
  ['**/*.log', 'dir/sub/a.log', true],
  ['**/*.log', 'a.log', true],
  ['dir', 'dir/sub/file', true],
  ['/dir/', 'dir/file', true],
  ['./dir', 'dir', true],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['[ab].txt', 'b.txt', true],
  ['a.b', 'axb', false],
  ['**', 'any/thing', true],
  ['dir/**', 'dir/x', true],
  ['*\n!keep', 'keep', false],
  ['!keep\n*', 'keep', true],
  ['# all\n', '# all', false],
])('the ignore file %j on %p: %p', (text, path, ignored) => {
  expect(parseIgnorePatterns(text).ignores(path)).toBe(ignored);
});
