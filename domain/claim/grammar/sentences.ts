/** Words into sentences. */
import type { Token } from './tokens';

const ENDS = new Set(['.', ';', '!', '\n']);

/** Sentences without their end marks and bullets; a question keeps its mark, since that is what makes it one. */
export function splitSentences(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const sentences: Token[][] = [];
  let current: Token[] = [];
  const close = (): void => {
    const plain = withoutBullet(current);
    if (plain.length > 0) sentences.push(plain);
    current = [];
  };
  for (const token of tokens) {
    if (token.kind === 'mark' && token.text === '?') {
      current.push(token);
      close();
    } else if (token.kind === 'mark' && ENDS.has(token.text)) {
      close();
    } else {
      current.push(token);
    }
  }
  close();
  return sentences;
}

/** "- I created ...", "* ..." */
function withoutBullet(tokens: readonly Token[]): Token[] {
  const first = tokens[0];
  return first !== undefined && (first.text === '-' || first.text === '*' || first.text === '•')
    ? tokens.slice(1)
    : [...tokens];
}
