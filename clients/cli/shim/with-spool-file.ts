/**
 * What docker writes to standard output, or reads from standard input, as bytes: `docker save x | gzip`. What Wingman carries is text, so
 * the words name a file instead, and the shim moves the bytes between it and the pipe.
 */

/** @param argv with the program. @param file absolute */
export function withSpoolFile(argv: readonly string[], file: string): readonly string[] {
  const way = spoolOf(argv);
  if (way === null) return argv;
  const at = verbAt(argv);
  switch (argv[at]) {
    case 'save':
    case 'export':
      return [...argv.slice(0, at + 1), '-o', file, ...argv.slice(at + 1)];
    case 'load':
      return [...argv.slice(0, at + 1), '-i', file, ...argv.slice(at + 1)];
    default:
      return argv.map((word) => (word === '-' ? file : word));
  }
}

/** Null: it carries no bytes through a pipe. */
export function spoolOf(argv: readonly string[]): 'out' | 'in' | null {
  const at = verbAt(argv);
  const words = argv.slice(at + 1);
  const says = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  switch (argv[at]) {
    case 'save':
    case 'export':
      return says(/^(?:-o|--output)/) ? null : 'out';
    case 'load':
      return says(/^(?:-i|-qi|--input)/) ? null : 'in';
    case 'import':
      return words[0] === '-' ? 'in' : null;
    default:
      return null;
  }
}

const verbAt = (argv: readonly string[]): number => (argv[0] !== 'docker' ? argv.length : ['container', 'image'].includes(argv[1] ?? '') ? 2 : 1);
