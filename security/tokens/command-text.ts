/**
 * One text for one argument list, and one argument list for one text: what a capability token is bound to.
 *
 * Words of plain characters stand as they are, all others in single quotes with `'` written as `'"'"'`: the form of Python's
 * `shlex.join`, which every POSIX shell reads back to the same words. Two different lists never share a text, so comparing
 * texts is comparing lists, whatever blanks or quotes the command was first written with.
 */
export function commandText(argv: readonly string[]): string {
  return argv.map((word) => (PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`)).join(' ');
}

const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;
