/**
 * What the credentials of real providers look like. A shape is a prefix that nothing else has, then the provider's own
 * alphabet and length. Identifiers that are public by design (publishable keys, account ids) are not here.
 *
 * Every quantifier is bounded by 255 or runs over one class that the next part does not share, so each pattern is linear.
 */
export interface SecretShape {
  readonly kind: string;
  /** One of these must occur, or the pattern is not tried: `includes` costs a hundredth of it. */
  readonly hints: readonly string[];
  /** Global. The whole match is the secret. */
  readonly pattern: RegExp;
}

/** Of varying length: the caller takes in the rest of the run, so that no tail is left over. */
const shape = (kind: string, hints: readonly string[], body: string): SecretShape => ({
  kind,
  hints,
  pattern: new RegExp(`(?<![A-Za-z0-9_])(?:${body})`, 'g'),
});

/** Of one length: what goes on behind it is something else. */
const exact = (kind: string, hints: readonly string[], body: string): SecretShape =>
  shape(kind, hints, `(?:${body})(?![A-Za-z0-9])`);

const WORD = '[A-Za-z0-9]';
const URLSAFE = '[A-Za-z0-9_-]';

export const SECRET_SHAPES: readonly SecretShape[] = [
  // Our own keys, as `security/tokens/api-key.ts` makes them. Capability tokens, attestations and receipts are JWTs, further below.
  exact('wingman-key', ['wm_a_', 'wm_r_', 'wm_o_', 'wm_d_'], `wm_[arod]_[0-9a-f]{12}_${URLSAFE}{49}`),
  exact('aws-access-key', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}'),
  shape('github-token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], `gh[pousr]_${WORD}{30,255}`),
  shape('github-token', ['github_pat_'], 'github_pat_[A-Za-z0-9_]{22,255}'),
  shape(
    'gitlab-token',
    ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glimt-', 'glagent-', 'gloas-', 'glsoat-', 'glffct-'],
    `gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-${URLSAFE}{20,255}(?:\\.${URLSAFE}{2,20}){0,2}`,
  ),
  shape('gitlab-token', ['GR1348941'], `GR1348941${URLSAFE}{20}`),
  shape('slack-token', ['xox'], `xox[abceoprs](?:\\.xox[bp])?-${WORD}{1,100}(?:-${WORD}{4,255}){1,5}`),
  shape('slack-token', ['xapp-'], `xapp-\\d-[A-Z0-9]{6,20}-\\d{6,20}-${WORD}{32,128}`),
  shape(
    'slack-webhook',
    ['hooks.slack.com/'],
    `https://hooks\\.slack\\.com/(?:services|workflows|triggers)/${WORD}{6,20}/${WORD}{6,30}/[A-Za-z0-9/]{10,80}`,
  ),
  shape(
    'discord-webhook',
    ['/api/webhooks/'],
    `https://(?:\\w{1,10}\\.)?discord(?:app)?\\.com/api/webhooks/\\d{15,22}/${URLSAFE}{40,100}`,
  ),
  exact('discord-token', ['M', 'N', 'O'], `[MNO]${URLSAFE}{23,27}\\.${URLSAFE}{6}\\.${URLSAFE}{27,38}`),
  shape('anthropic-key', ['sk-ant-'], `sk-ant-[a-z]{2,10}\\d{0,3}-${URLSAFE}{20,255}`),
  shape('openai-key', ['sk-'], `sk-(?:proj|svcacct|admin|None|or-v1)-${URLSAFE}{20,255}|sk-${WORD}{32,128}`),
  exact('google-key', ['AIza'], `AIza${URLSAFE}{35}`),
  shape('google-token', ['ya29.'], `ya29\\.${URLSAFE}{20,255}`),
  shape('google-secret', ['GOCSPX-'], `GOCSPX-${URLSAFE}{20,40}`),
  shape('google-token', ['1//0'], `1//0${URLSAFE}{30,200}`),
  shape('stripe-key', ['k_live_', 'k_test_', 'k_prod_'], `[sr]k_(?:live|test|prod)_${WORD}{16,255}`),
  shape('webhook-secret', ['whsec_'], 'whsec_[A-Za-z0-9+/]{24,128}={0,2}'),
  exact('twilio-key', ['SK'], 'SK[0-9a-f]{32}'),
  shape('sendgrid-key', ['SG.'], `SG\\.${URLSAFE}{16,32}\\.${URLSAFE}{32,64}`),
  exact('mailgun-key', ['key-'], 'key-[0-9a-f]{32}'),
  exact('mailchimp-key', ['-us'], '[0-9a-f]{32}-us\\d{1,2}'),
  shape('brevo-key', ['xkeysib-'], 'xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}'),
  shape('npm-token', ['npm_'], `npm_${WORD}{36}`),
  shape('pypi-token', ['pypi-'], `pypi-${URLSAFE}{50,255}`),
  shape('rubygems-key', ['rubygems_'], 'rubygems_[0-9a-f]{48}'),
  exact('nuget-key', ['oy2'], 'oy2[a-z0-9]{43}'),
  exact('cratesio-token', ['cio'], `cio${WORD}{32}`),
  shape('docker-token', ['dckr_'], `dckr_(?:pat|oat)_${URLSAFE}{20,64}`),
  shape('huggingface-token', ['hf_', 'api_org_'], `(?:hf_|api_org_)${WORD}{30,64}`),
  shape('shopify-token', ['shp'], 'shp(?:at|ca|pa|ss|tka|ua)_[0-9a-fA-F]{32,64}'),
  shape('digitalocean-token', ['_v1_'], 'do[opr]_v1_[0-9a-f]{64}'),
  exact('telegram-token', [':'], `\\d{8,10}:${URLSAFE}{35}`),
  {
    kind: 'jwt',
    hints: ['eyJ'],
    // Unbounded, so it starts only where a run starts: then no part of the text is read more than five times.
    pattern:
      /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}\.(?:[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{16,}|[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16,})/g,
  },
  shape('vault-token', ['hvs.', 'hvb.', 'hvr.'], `hv[sbr]\\.${URLSAFE}{24,255}`),
  shape('terraform-token', ['.atlasv1.'], `${WORD}{14}\\.atlasv1\\.${URLSAFE}{60,80}`),
  shape('azure-secret', ['Q~'], `${WORD}{3}\\dQ~[A-Za-z0-9_~.-]{31,34}`),
  shape('atlassian-token', ['ATATT3', 'ATCTT3', 'ATBB'], `(?:ATATT3|ATCTT3)[A-Za-z0-9_=-]{60,255}|ATBB${WORD}{28,40}`),
  shape('databricks-token', ['dapi'], 'dapi[0-9a-f]{32}(?:-\\d)?'),
  shape('grafana-token', ['glsa_', 'glc_'], `glsa_${WORD}{32}_[0-9a-fA-F]{8}|glc_[A-Za-z0-9+/]{32,255}={0,2}`),
  shape('newrelic-key', ['NRAK-', 'NRII-'], `NR(?:AK|II)-${URLSAFE}{27,40}`),
  shape('sentry-token', ['sntry'], `sntry[su]_[A-Za-z0-9_=+/]{40,255}`),
  shape('linear-key', ['lin_'], `lin_(?:api|oauth)_${WORD}{32,80}`),
  shape('notion-token', ['ntn_', 'secret_'], `(?:ntn_|secret_)${WORD}{40,60}`),
  shape('figma-token', ['figd_'], `figd_${URLSAFE}{35,60}`),
  shape('postman-key', ['PMAK-'], 'PMAK-[0-9a-f]{24}-[0-9a-f]{34}'),
  shape('doppler-token', ['dp.'], `dp\\.(?:pt|st|ct|scim|sa|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?${WORD}{40,44}`),
  shape('planetscale-token', ['pscale_'], `pscale_(?:tkn|pw|oauth)_${URLSAFE}{32,64}`),
  shape('supabase-token', ['sbp_', 'sb_secret_'], `sbp_[0-9a-f]{40}|sb_secret_${URLSAFE}{20,64}`),
  shape('netlify-token', ['nfp_'], `nfp_${WORD}{36,64}`),
  shape('fly-token', ['fm1', 'fm2', 'fo1_'], `(?:fm[12][ar]?|fo1)_[A-Za-z0-9+/=_-]{40,255}`),
  shape('tailscale-key', ['tskey-'], `tskey-[a-z]{3,8}-${URLSAFE}{16,100}`),
  shape('dropbox-token', ['sl.'], `sl\\.(?:u\\.)?${URLSAFE}{100,255}`),
  shape('square-token', ['sq0', 'EAAA'], `sq0(?:atp|csp)-${URLSAFE}{22,60}|EAAA${URLSAFE}{60}`),
  shape('facebook-token', ['EAA'], `EAA[A-Z]${WORD}{60,255}`),
  shape('paypal-token', ['access_token$'], 'access_token\\$(?:production|sandbox)\\$[0-9a-z]{16}\\$[0-9a-f]{32}'),
  shape('plaid-token', ['access-'], 'access-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f-]{27}'),
  shape('hubspot-token', ['pat-'], 'pat-(?:na|eu|ap)\\d-[0-9a-f]{8}-[0-9a-f-]{27}'),
  shape('airtable-token', ['pat'], `pat${WORD}{14}\\.[0-9a-f]{64}`),
  shape('heroku-key', ['HRKU-'], `HRKU-${URLSAFE}{36,80}`),
  shape('pulumi-token', ['pul-'], 'pul-[0-9a-f]{40}'),
  shape('artifactory-key', ['AKCp'], `AKCp\\d${WORD}{60,80}`),
  shape('contentful-token', ['CFPAT-'], `CFPAT-${URLSAFE}{40,50}`),
  shape('dynatrace-token', ['dt0'], 'dt0[a-z]\\d{2}\\.[A-Z2-7]{24}\\.[A-Z2-7]{64}'),
  shape('flutterwave-key', ['FLWSECK'], `FLWSECK(?:_TEST|_LIVE)?-${WORD}{12,64}(?:-X)?`),
  shape('shippo-token', ['shippo_'], 'shippo_(?:live|test)_[0-9a-f]{40}'),
  shape(
    'model-key',
    ['gsk_', 'r8_', 'xai-', 'pplx-', 'lsv2_', 'pcsk_', 'nvapi-', 'fw_', 'tgp_v1_'],
    `(?:gsk_|r8_|xai-|pplx-|pcsk_|nvapi-|fw_|tgp_v1_|lsv2_(?:pt|sk)_)${URLSAFE}{24,255}`,
  ),
  shape('sk-key', ['sk_'], 'sk_[0-9a-f]{40,64}'),
  shape('yandex-key', ['AQVN', 'y0_'], `AQVN${URLSAFE}{35,50}|y[0-3]_${URLSAFE}{50,100}`),
  shape('age-key', ['AGE-SECRET-KEY-1'], 'AGE-SECRET-KEY-1[A-Z0-9]{58}'),
  shape(
    'azure-storage-key',
    ['AccountKey=', 'SharedAccessKey='],
    '(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,88}={0,2}',
  ),
  shape('azure-sas', ['sig='], 'sig=[A-Za-z0-9%+/]{40,200}={0,2}'),
];

/**
 * Necessary for any shape: an ordinary text matches neither and is through with it. The first are prefixes, which stand where
 * a word begins; the second are marks inside of the shapes that have no prefix of their own.
 */
const PREFIX = new RegExp(
  `(?<![A-Za-z0-9_])(?:${SECRET_SHAPES.flatMap(({ hints }) => hints)
    .filter((hint) => hint.length > 2 && /^[A-Za-z]/.test(hint) && !hint.startsWith('k_'))
    .map((hint) => hint.replace(/[.$/]/g, '\\$&'))
    .join('|')}|[sr]k_|https:|SK[0-9a-f]{8}|1//0|do[opr]_v1_|Private)`,
);
const INNER = /:[A-Za-z0-9_-]{35}|\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}|-us\d|\.atlasv1\.|\dQ~/;

export function mayHoldShape(text: string): boolean {
  return PREFIX.test(text) || INNER.test(text);
}
