/** References of images: `nginx:1.27`, `docker.io/library/nginx:1.27`, `nginx@sha256:...`. */

interface Reference {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** True if what is claimed is what is there; a claim without a tag is about the repository only. */
export function isSameImage(claimed: string, seen: string): boolean {
  const [a, b] = [parse(claimed), parse(seen)];
  if (a.repository !== b.repository) return false;
  if (a.digest !== undefined && a.digest !== b.digest) return false;
  return a.tag === undefined || a.tag === (b.tag ?? 'latest');
}

function parse(reference: string): Reference {
  const [named = '', digest] = reference.split('@', 2);
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const repository = colon === -1 ? named : named.slice(0, colon);
  return {
    repository: repository.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, ''),
    ...(colon === -1 ? {} : { tag: named.slice(colon + 1) }),
    ...(digest === undefined ? {} : { digest }),
  };
}
