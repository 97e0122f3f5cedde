import fc from 'fast-check';
import { redact } from '../../../domain/secrets/redact';
import { findSecrets } from '../../../domain/secrets/secrets';
import { expandText } from '../../attacks/macros';

const kinds = (text: string): readonly string[] => findSecrets(text).map(({ kind }) => kind);

/** Built at run time, so that this file holds nothing shaped like a credential. */
const SHAPES: readonly (readonly [string, string])[] = [
  ['aws-access-key', 'key AKIA{{fake:upper_num:16}} here'],
  ['aws-access-key', 'ASIA{{fake:upper_num:16}}'],
  ['wingman-key', 'Bearer wm_a_{{fake:hex:12}}_{{fake:b64url:49}}'],
  ['wingman-key', 'WINGMAN_KEY=wm_o_{{fake:hex:12}}_{{fake:b64url:49}};'],
  ['github-token', 'ghp_{{fake:alnum:36}}'],
  ['github-token', 'gho_{{fake:alnum:36}}'],
  ['github-token', 'github_pat_{{fake:alnum:22}}_{{fake:alnum:59}}'],
  ['gitlab-token', 'glpat-{{fake:b64url:20}}'],
  ['gitlab-token', 'glrt-{{fake:b64url:20}}'],
  ['slack-token', 'xoxb-{{fake:digits:12}}-{{fake:digits:12}}-{{fake:alnum:24}}'],
  ['slack-token', 'xoxp-{{fake:digits:12}}-{{fake:digits:12}}-{{fake:digits:12}}-{{fake:hex:32}}'],
  ['slack-webhook', 'https://hooks.slack.com/services/T{{fake:upper_num:8}}/B{{fake:upper_num:10}}/{{fake:alnum:24}}'],
  ['anthropic-key', 'sk-ant-api03-{{fake:b64url:93}}'],
  ['openai-key', 'sk-{{fake:alnum:48}}'],
  ['openai-key', 'sk-proj-{{fake:b64url:74}}'],
  ['google-key', 'AIza{{fake:b64url:35}}'],
  ['google-token', 'ya29.{{fake:b64url:60}}'],
  ['google-secret', 'GOCSPX-{{fake:b64url:28}}'],
  ['stripe-key', 'sk_live_{{fake:alnum:24}}'],
  ['stripe-key', 'rk_live_{{fake:alnum:24}}'],
  ['stripe-key', 'sk_test_{{fake:alnum:24}}'],
  ['webhook-secret', 'whsec_{{fake:alnum:32}}'],
  ['twilio-key', 'SK{{fake:hex:32}}'],
  ['sendgrid-key', 'SG.{{fake:b64url:22}}.{{fake:b64url:43}}'],
  ['mailgun-key', 'key-{{fake:hex:32}}'],
  ['mailchimp-key', '{{fake:hex:32}}-us12'],
  ['npm-token', 'npm_{{fake:alnum:36}}'],
  ['pypi-token', 'pypi-AgEIcHlwaS5vcmc{{fake:b64url:60}}'],
  ['docker-token', 'dckr_pat_{{fake:b64url:27}}'],
  ['huggingface-token', 'hf_{{fake:alnum:34}}'],
  ['shopify-token', 'shpat_{{fake:hex:32}}'],
  ['digitalocean-token', 'dop_v1_{{fake:hex:64}}'],
  ['telegram-token', '{{fake:digits:10}}:AA{{fake:b64url:33}}'],
  ['discord-token', 'M{{fake:alnum:23}}.{{fake:alnum:6}}.{{fake:b64url:27}}'],
  ['jwt', 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ{{fake:b64url:24}}.{{fake:b64url:86}}'],
  ['vault-token', 'hvs.{{fake:b64url:90}}'],
  ['terraform-token', '{{fake:alnum:14}}.atlasv1.{{fake:b64url:67}}'],
  ['azure-secret', '{{fake:alnum:3}}8Q~{{fake:alnum:34}}'],
  ['atlassian-token', 'ATATT3{{fake:b64url:180}}'],
  ['databricks-token', 'dapi{{fake:hex:32}}'],
  ['grafana-token', 'glsa_{{fake:alnum:32}}_{{fake:hex:8}}'],
  ['newrelic-key', 'NRAK-{{fake:upper_num:27}}'],
  ['linear-key', 'lin_api_{{fake:alnum:40}}'],
  ['notion-token', 'ntn_{{fake:alnum:46}}'],
  ['figma-token', 'figd_{{fake:b64url:40}}'],
  ['postman-key', 'PMAK-{{fake:hex:24}}-{{fake:hex:34}}'],
  ['supabase-token', 'sbp_{{fake:hex:40}}'],
  ['tailscale-key', 'tskey-auth-{{fake:alnum:17}}-{{fake:alnum:32}}'],
  ['square-token', 'sq0atp-{{fake:b64url:22}}'],
  ['airtable-token', 'pat{{fake:alnum:14}}.{{fake:hex:64}}'],
  ['pulumi-token', 'pul-{{fake:hex:40}}'],
  ['rubygems-key', 'rubygems_{{fake:hex:48}}'],
  ['model-key', 'gsk_{{fake:alnum:52}}'],
  ['age-key', 'AGE-SECRET-KEY-1{{fake:upper_num:58}}'],
  ['azure-storage-key', 'AccountKey={{fake:b64:86}}==;EndpointSuffix=core.windows.net'],
  ['azure-sas', 'https://a.blob.example/c?sv=2022&sig={{fake:alnum:43}}%3D'],
  ['private-key', '-----BEGIN {{rep:PRIVATE:1}} KEY-----\n{{fake:b64:64}}\n-----END {{rep:PRIVATE:1}} KEY-----'],
  ['private-key', '-----BEGIN EC {{rep:PRIVATE:1}} KEY-----\n{{fake:b64:64}}\n-----END EC {{rep:PRIVATE:1}} KEY-----'],
  ['private-key', '-----BEGIN OPENSSH {{rep:PRIVATE:1}} KEY-----\n{{fake:b64:64}}\n'],
  [
    'private-key',
    '-----BEGIN ENCRYPTED {{rep:PRIVATE:1}} KEY-----\\n{{fake:b64:64}}\\n-----END ENCRYPTED {{rep:PRIVATE:1}} KEY-----',
  ],
  [
    'private-key',
    '-----BEGIN PGP {{rep:PRIVATE:1}} KEY BLOCK-----\n\n{{fake:b64:64}}\n-----END PGP {{rep:PRIVATE:1}} KEY BLOCK-----',
  ],
  [
    'private-key',
    'PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n{{fake:b64:48}}\nPrivate-MAC: {{fake:hex:64}}',
  ],
  ['url-password', 'postgres://shop:{{fake:alnum:16}}@db.internal:5432/shop'],
  ['url-password', 'redis://:{{fake:alnum:24}}@cache:6379'],
  ['url-password', 'amqp://u:p{{fake:b64:12}}@mq'],
  ['url-password', 'https://deploy:{{fake:alnum:20}}@git.example.com/x.git'],
  ['authorization', 'Authorization: Bearer {{fake:b64url:40}}'],
  ['authorization', 'authorization: Basic {{fake:b64:32}}'],
  ['authorization', "curl -H 'Authorization: token {{fake:hex:40}}' x"],
  ['bearer', 'send it with Bearer {{fake:b64url:40}}'],
  ['password', 'password: "{{fake:alnum:14}}"'],
  ['password', 'DB_PASSWORD={{fake:alnum:12}}'],
  ['password', 'spring.datasource.password = {{fake:alnum:12}}'],
  ['password', '{"password": "{{fake:alnum:12}}"}'],
  ['password', '"{\\"password\\": \\"{{fake:alnum:12}}\\"}"'],
  ['password', 'Server=db;User Id=sa;Pwd={{fake:alnum:10}};'],
  ['password', 'password=hunter2'],
  ['password', 'Passwort: {{fake:alnum:12}}'],
  ['password', 'пароль: {{fake:alnum:12}}'],
  ['password', 'the password is Tr0ub4dor&3'],
  ['password', 'mysql --password={{fake:alnum:12}} shop'],
  ['password', 'login --password {{fake:alnum:12}}'],
  ['password', 'curl -u admin:{{fake:alnum:12}} https://x.example'],
  ['password', 'sshpass -p {{fake:alnum:10}} ssh host'],
  ['secret', 'api_key = "{{fake:alnum:32}}"'],
  ['secret', 'apiKey: {{fake:hex:32}}'],
  ['secret', 'X-Api-Key: {{fake:alnum:32}}'],
  ['secret', 'client_secret={{fake:b64url:40}}'],
  ['secret', 'aws_secret_access_key = {{fake:b64:40}}'],
  ['secret', 'SECRET_KEY_BASE={{fake:hex:128}}'],
  ['secret', 'token: {{fake:hex:40}}'],
  ['secret', 'the access key {{fake:alnum:32}} is needed'],
  ['secret', '<token>{{fake:alnum:32}}</token>'],
  ['secret', '//registry.example/:_authToken={{fake:alnum:36}}'],
];

const LOOKALIKES: readonly string[] = [
  'Commit 3f786850e387550fdab836ed7e6dc881de23001b is deployed.',
  'Request id 3b241101-e2bb-4255-8caf-4136c566a962 is traced.',
  'nginx@sha256:{{fake:hex:64}}',
  'sha512-{{fake:b64:86}}== is the lockfile integrity',
  'sha256:{{fake:hex:64}} and md5 {{fake:hex:32}}',
  '-----BEGIN CERTIFICATE-----\n{{fake:b64:64}}\n-----END CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----\n{{fake:b64:64}}\n-----END PUBLIC KEY-----',
  '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{{fake:b64:64}}\n-----END PGP PUBLIC KEY BLOCK-----',
  'Look for the line -----BEGIN {{rep:PRIVATE:1}} KEY----- in the file.',
  '-----BEGIN {{rep:PRIVATE:1}} KEY-----\n<redacted>\n-----END {{rep:PRIVATE:1}} KEY-----',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5{{fake:b64:48}} ops@host',
  'ssh-rsa AAAAB3NzaC1yc2E{{fake:b64:300}} ops@host',
  'pk_live_{{fake:alnum:24}} is the publishable key',
  'AKIAIOSFODNN7EXAMPLE is the documentation example',
  'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'sk_live_your_key_here_0000',
  'sk-ant-...',
  'password: ********',
  'password: "<password>"',
  'password=CHANGEME in the sample file',
  'password: ${DB_PASSWORD}',
  'password: $DB_PASSWORD',
  'password: {{ .Values.password }}',
  'password: %DB_PASSWORD%',
  'password: [REDACTED]',
  'password: required, at least twelve characters',
  'password: string;',
  'password = get_password()',
  'password = os.environ["DB_PASSWORD"]',
  'password: process.env.DB_PASSWORD',
  'password: dbPasswordFromVault',
  'password_file: /run/secrets/db_password',
  'password: /run/secrets/db_password',
  'password: vault:kv/data/shop#password',
  'password: op://shop/db/password',
  'the password is stored in the vault',
  'the password is reset every 90 days',
  'Set API_KEY from the secret store; value is <redacted>.',
  'token: <your-token-here>',
  'token: refresh endpoint',
  'tokens: 4096',
  'max_tokens=4096',
  'token_type=bearer',
  'next_page_token=eyAidCI6IDEyMyB9aBc123',
  'auth: OAuth2-PKCE-S256',
  'secret: shop-db-credentials',
  'secretKeyRef: shop-db',
  'secretary: Jane Roe',
  'keyboard=qwerty layout test',
  'monkey: banana42split77',
  'compass=N42W71Q',
  'Authorization: Bearer <token>',
  'Authorization: Bearer $TOKEN',
  'Authorization: Bearer ${TOKEN}',
  'the bearer authentication scheme',
  'postgres://db.internal:5432/shop without credentials',
  'postgres://shop:${DB_PASSWORD}@db.internal:5432/shop',
  'postgres://shop:***@db.internal/shop',
  'postgres://user:password@localhost/shop',
  'https://git.example.com/x.git is public',
  'ssh://git@git.example.com/x.git',
  'https://example.com:8080/path/@scope/pkg',
  'Phone 15551234567:ext 204',
  '12:30:45 restart, 2024-05-01T10:00:00Z',
  'docker run -u 1000:1000 alpine',
  'RISK_ASSESSMENT TEST_RESULTS_FORMAT RESOURCE_REQUIREMENTS',
  'The API key is injected from Vault at run time as ${API_KEY}.',
  'Document the password reset flow and the token refresh endpoint.',
  'registry.example.com/shop/web:2024.05.01-rc1',
  'data:image/png;base64,{{fake:b64:200}}',
];

const seeds = Array.from({ length: 40 }, (_, seed) => seed + 100);

describe('a secret is found', () => {
  it.each(SHAPES)('as %s in %s', (kind, text) => {
    for (const seed of seeds) {
      const written = expandText(text, { seed });
      expect({ seed, kinds: kinds(written) }).toEqual({ seed, kinds: expect.arrayContaining([kind]) });
    }
  });

  it.each(SHAPES)('and redacted whole: %s in %s', (_kind, text) => {
    for (const seed of seeds) {
      const written = expandText(text, { seed });
      const redacted = redact(`${written}\n`);
      for (const generated of generatedParts(text, written)) expect(redacted).not.toContain(generated);
      expect(redacted).toMatch(/\[REDACTED:[a-z-]+\]/);
    }
  });
});

/** What the `{{fake}}` macros of a template became: the literal parts around them are known. */
function generatedParts(template: string, written: string): readonly string[] {
  const source = template.split(/\{\{\w+:\w+:\d+\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  const match = new RegExp(`^${source.join('([^]+?)')}$`).exec(written);
  return (match ?? []).slice(1).filter((part) => part.length >= 8);
}

describe('what only looks like a secret passes', () => {
  it.each(LOOKALIKES)('%s', (text) => {
    for (const seed of seeds) expect({ seed, found: kinds(expandText(text, { seed })) }).toEqual({ seed, found: [] });
  });
});

describe('findings', () => {
  it('say where, in order and without overlaps', () => {
    const text = expandText('a ghp_{{fake:alnum:36}} b password="{{fake:alnum:20}}" c');
    const found = findSecrets(text);
    expect(found.map(({ kind, start }) => [kind, start])).toEqual([
      ['github-token', 2],
      ['password', 55],
    ]);
    expect(text.slice(found[0]?.start, found[0]?.end)).toHaveLength(40);
  });

  it('stay in order and inside of any text', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        'password=',
        'token: "',
        '://',
        '@',
        'Bearer ',
        'AKIA',
        'ghp_',
        'eyJ',
        '.',
        ':',
        '-----BEGIN PRIVATE KEY-----',
        '-----END PRIVATE KEY-----',
        'aB3dE6gH9jK2mN5pQ8',
        '\n',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        let from = 0;
        for (const { start, end } of findSecrets(text)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThan(start);
          from = end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('redaction', () => {
  it('keeps the rest of a line and the name of the value', () => {
    expect(redact(expandText('connect postgres://shop:{{fake:alnum:16}}@db:5432/shop failed'))).toBe(
      'connect postgres://shop:[REDACTED:url-password]@db:5432/shop failed',
    );
    expect(redact(expandText('DB_PASSWORD={{fake:alnum:16}} LOG=debug'))).toBe(
      'DB_PASSWORD=[REDACTED:password] LOG=debug',
    );
  });

  it('takes out known secrets whatever they look like, the longer first', () => {
    expect(redact('value plainword and plainword-longer', ['plainword', 'plainword-longer'])).toBe(
      'value [REDACTED:known] and [REDACTED:known]',
    );
    expect(redact('abc stays', ['abc'])).toBe('abc stays');
  });

  it('leaves ordinary output as it is, and what it redacted before', () => {
    const output = 'CONTAINER ID   IMAGE        STATUS\n3f2a9c77d001   nginx:1.27   Up 3 days';
    expect(redact(output)).toBe(output);
    const once = redact(expandText('token=ghp_{{fake:alnum:36}} password="{{fake:alnum:20}}"'));
    expect(redact(once)).toBe(once);
  });

  it('leaves JSON readable as JSON', () => {
    const value = fc.oneof(fc.string(), fc.constantFrom(...SHAPES.map(([, text]) => expandText(text))));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('password', 'token', 'note', 'url', 'a'), value),
        fc.array(value),
        (members, list) => {
          const text = JSON.stringify({ ...members, list, nested: JSON.stringify(members) });
          expect(() => JSON.parse(redact(text)) as unknown).not.toThrow();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
