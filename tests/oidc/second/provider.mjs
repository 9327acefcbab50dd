// An identity provider of another make: npm's oidc-provider with two clients, and a person who says yes.
// node provider.mjs PORT REDIRECTS PUBLIC_KEY NOTICES, the second and third as JSON; it says "ready" when it listens.
// POST /_next (JSON) says who comes next (sub, email, verified), whether she says no (denied), and which fault is made
// of the proof after the provider has signed it; POST /_rotate signs with another key from now on.
import { createServer } from 'node:http';
import { createHmac, generateKeyPairSync, randomBytes, sign, createPublicKey } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, redirects, key, notices] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const [first, second] = JSON.parse(redirects);
const client = { response_types: ['code'], grant_types: ['authorization_code'] };
const someone = { sub: 'ida-of-northwind', email: 'ida@northwind.example', verified: true, denied: false, fault: '' };
let next = { ...someone };

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, kid: randomBytes(4).toString('hex') };
}
let own = newKey();

const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function spoilt(token) {
  const [header, claims] = token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  const now = Math.floor(Date.now() / 1000);
  const changes = {
    audience: { aud: 'another-program' }, expired: { iat: now - 7200, exp: now - 3600 }, empty_sub: { sub: '' },
    nonce: { nonce: 'of another question' }, token_issuer: { iss: 'https://somebody.example' },
  };
  Object.assign(claims, changes[next.fault]);
  if (next.fault === 'alg_none') return `${b64({ ...header, alg: 'none' })}.${b64(claims)}.`;
  if (next.fault === 'hs256') {
    const body = `${b64({ ...header, alg: 'HS256' })}.${b64(claims)}`;
    const known = createPublicKey(own.privateKey).export({ type: 'spki', format: 'pem' });
    return `${body}.${createHmac('sha256', known).update(body).digest('base64url')}`;
  }
  const by = next.fault === 'foreign_key' ? newKey().privateKey : own.privateKey;
  const body = `${b64(header)}.${b64(claims)}`;
  return `${body}.${sign('sha256', Buffer.from(body), by).toString('base64url')}`;
}

function made() {
  const provider = new Provider(issuer, {
    clients: [
      {
        ...client, client_id: 'portal', client_secret: 'a-secret-between-two-firms-of-some-length',
        redirect_uris: [first], post_logout_redirect_uris: [first.replace(/\/sign-in\/.*/, '/signed-out')],
        token_endpoint_auth_method: 'client_secret_basic', backchannel_logout_uri: notices,
        backchannel_logout_session_required: true,
      },
      {
        ...client, client_id: 'portal-key', redirect_uris: [second], jwks: { keys: [JSON.parse(key)] },
        token_endpoint_auth_method: 'private_key_jwt',
      },
    ],
    jwks: { keys: [{ ...own.privateKey.export({ format: 'jwk' }), kid: own.kid, use: 'sig', alg: 'RS256' }] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
    conformIdTokenClaims: false,
    fetch: (url, options) => globalThis.fetch(url, { ...options, dispatcher: undefined }), // to this machine too
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true },
    },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['a key for the cookies of a test'] },
    findAccount: (ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: next.email, email_verified: next.verified, name: 'Ida Moe', locale: 'en' }),
    }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, go) => {
    if (ctx.path.startsWith('/interaction/')) {
      const said = next.denied ? { error: 'access_denied' } : { login: { accountId: next.sub } };
      return provider.interactionFinished(ctx.req, ctx.res, said, { mergeWithLastSubmission: false });
    }
    await go();
    if (next.fault && ctx.path === '/token' && ctx.body?.id_token) ctx.body.id_token = spoilt(ctx.body.id_token);
  });
  return provider.callback();
}

let answers = made();
createServer(async (request, response) => {
  if (!request.url.startsWith('/_')) return answers(request, response);
  let body = '';
  for await (const piece of request) body += piece;
  if (request.url === '/_next') next = { ...someone, ...JSON.parse(body || '{}') };
  if (request.url === '/_rotate') {
    own = newKey();
    answers = made();
  }
  response.setHeader('Content-Type', 'application/json');
  return response.end(JSON.stringify({ kid: own.kid }));
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
