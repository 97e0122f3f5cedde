/**
 * Reads base64url in its one canonical spelling: no padding, no blanks, no other alphabet, unused bits zero. Node's decoder
 * forgives all of these, and so do most JOSE libraries; a token that has two spellings can be told apart from itself.
 *
 * The text may be hostile. Null is "not canonical": the caller knows which refusal that is.
 */
export function decodeCanonicalBase64Url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}
