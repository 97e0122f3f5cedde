/** The key id of a token that was verified already: which key's revocation stops it, asked again in the claiming transaction. */
import { refusal } from '../../domain/errors';

/** @throws WingmanError TOKEN_FORM when the text is no token. */
export function tokenKid(token: string): string {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'));
    if (typeof header === 'object' && header !== null && 'kid' in header && typeof header.kid === 'string') return header.kid;
  } catch {
    // Falls through to the refusal: no JSON is as bad as no key id.
  }
  throw refusal('TOKEN_FORM', 'the capability token has no readable key id');
}
