/** Words that are names of files below the registered workspace: by their ending, by a well-known name, by a slash at the end. */
import type { ClaimWorld } from '../claim';
import type { Token } from './tokens';

const ENDINGS =
  'py|pyi|ipynb|js|cjs|mjs|ts|cts|mts|tsx|jsx|json|jsonl|json5|yml|yaml|toml|ini|cfg|conf|config|properties|env|md|mdx|rst|txt|text|csv|tsv|log|sql|sh|bash|zsh|ps1|bat|html|htm|css|scss|sass|less|svg|png|jpg|jpeg|gif|ico|webp|pdf|xml|xsd|lock|gz|zip|tar|tgz|bz2|xz|zst|7z|dump|bak|old|orig|tmp|db|sqlite|sqlite3|bin|dat|crt|cer|key|pem|csr|pub|p12|go|mod|sum|rs|java|kt|kts|gradle|rb|erb|php|c|h|cc|cpp|hpp|cs|fs|swift|scala|clj|ex|exs|erl|hs|lua|pl|pm|r|jl|dart|vue|svelte|astro|proto|graphql|gql|tf|tfvars|hcl|service|timer|socket|rules|plist|patch|diff|map|wasm|so|jar|war|whl|deb|rpm|iso|img|out|pid|lst|list|tpl|j2|template|example|sample|dist|sha256|md5|asc|sig|docx|xlsx|pptx|odt|parquet|avro|feather|pkl|npy|h5|onnx|snap|spec';
const WITH_ENDING = new RegExp(`^(?:[\\w@.+-]+/)*[\\w@+-][\\w@.+-]*\\.(?:${ENDINGS})$`, 'i');
const WELL_KNOWN = /^(?:[\w@.+-]+\/)*(?:Dockerfile|Makefile|Jenkinsfile|Vagrantfile|Procfile|Gemfile|Rakefile|Brewfile|Pipfile|LICENSE|LICENCE|README|CHANGELOG|CONTRIBUTING|NOTICE|AUTHORS|CODEOWNERS|VERSION|Caddyfile|Containerfile)$/;
const HIDDEN = /^(?:[\w@.+-]+\/)*\.[a-z][\w.-]{1,60}(?:\/[\w@.+-]+)*\/?$/i;
const DIRECTORY = /^(?:[\w@.+-]+\/)+$/;
const BELOW = /^(?:[\w@.+-]+\/)+[\w@.+-]+$/;
/** Products, and hosts of examples. */
const NO_FILE = /^(?:node|next|nuxt|vue|react|express|three|d3|chart|moment|backbone|ember|angular|alpine|discord|socket)\.(?:js|io)$|^(?:www|api|mail|app|staging|dev|test|shop|example|localhost)\.[\w.-]+\.(?:test|com|org|net|io|dev|local|example)$/i;

export function isRelativePath(token: Token, { registered }: ClaimWorld): boolean {
  if (registered?.workspace === undefined || token.kind === 'mark' || token.kind === 'url' || token.kind === 'path') return false;
  const { text } = token;
  if (text.length > 300 || /^\.{1,2}\//.test(text) || /\.\./.test(text) || NO_FILE.test(text) || /^v?\d+(?:\.\d+)+/.test(text)) return false;
  if (WITH_ENDING.test(text) || WELL_KNOWN.test(text) || DIRECTORY.test(text)) return true;
  if (HIDDEN.test(text)) return true;
  // `src/handlers`: a directory, or a branch; only in quotes, and where nothing else is said of it.
  return token.kind === 'quoted' && BELOW.test(text) && !/[:@]/.test(text);
}
