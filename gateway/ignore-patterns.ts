/**
 * `.dockerignore` as docker reads it: one pattern a line, `#` comments, `!` exceptions, `*`, `?`, `[…]` and `**`; the last
 * pattern that fits a path or one of its parents decides.
 */
export interface IgnorePatterns {
  /** `path` is relative, with `/` between its parts. */
  ignores(path: string): boolean;
  /** Something inside an ignored directory may be wanted again. */
  readonly hasExceptions: boolean;
}

export function parseIgnorePatterns(text: string): IgnorePatterns {
  const rules = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), pattern: cleaned(line.replace(/^!/, '').trim()) }))
    .filter(({ pattern }) => pattern !== '')
    .map(({ keep, pattern }) => ({ keep, fits: toRegExp(pattern) }));
  return {
    hasExceptions: rules.some(({ keep }) => keep),
    ignores(path) {
      const parts = path.split('/');
      const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
      return rules.reduce(
        (ignored, { keep, fits }) => (paths.some((candidate) => fits.test(candidate)) ? !keep : ignored),
        false,
      );
    },
  };
}

const cleaned = (pattern: string): string =>
  pattern
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

function toRegExp(pattern: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const rest = pattern.slice(index);
    const set = /^\[\^?[^\]\\/]+\]/.exec(rest)?.[0];
    if (rest.startsWith('**/')) {
      source += '(?:.*/)?';
      index += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      index += 1;
    } else if (rest.startsWith('*')) source += '[^/]*';
    else if (rest.startsWith('?')) source += '[^/]';
    else if (set !== undefined) {
      source += set;
      index += set.length - 1;
    } else if (rest.startsWith('\\') && rest.length > 1) {
      source += literal(rest.charAt(1));
      index += 1;
    } else source += literal(rest.charAt(0));
  }
  return new RegExp(`^${source}$`, 's');
}

const literal = (character: string): string => character.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&');
