// A real OpenID provider (npm: oidc-provider) on a port of this machine, a free one by default. Takes its settings as JSON in the first
// argument, prints {"issuer"} when it listens, and ends when its standard input does.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const { clientId, clientSecret, redirectUris, port = 0 } = JSON.parse(process.argv[2]);

const key = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  use: 'sig',
  alg,
  kid: alg,
});

// Whoever signs in as `ada` is ada@example.org; `unverified-…` has an address that nobody checked.
const findAccount = (_, accountId) => ({
  accountId,
  claims: () => ({
    sub: accountId,
    email: `${accountId}@example.org`,
    email_verified: !accountId.startsWith('unverified'),
    name: `${accountId} of the provider`,
    locale: 'de-DE',
  }),
});

const server = createServer();
server.listen(port, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
    cookies: { keys: [generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }).d] },
    jwks: {
      keys: [key('rsa', { modulusLength: 2048 }, 'RS256'), key('ec', { namedCurve: 'P-256' }, 'ES256')],
    },
    pkce: { required: () => true },
    findAccount,
  });
  server.on('request', provider.callback());
  console.log(JSON.stringify({ issuer }));
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
