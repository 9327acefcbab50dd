// An identity provider of another make: npm's oidc-provider with two clients, and a person who always says yes.
// node provider.mjs PORT REDIRECTS PUBLIC_KEY, the last two as JSON; it says "ready" when it listens.
import { Provider } from 'oidc-provider';

const [port, redirects, key] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const [first, second] = JSON.parse(redirects);
const client = { response_types: ['code'], grant_types: ['authorization_code'] };
const provider = new Provider(issuer, {
  clients: [
    {
      ...client, client_id: 'portal', client_secret: 'a-secret-between-two-firms-of-some-length',
      redirect_uris: [first], post_logout_redirect_uris: [first.replace(/\/sign-in\/.*/, '/signed-out')],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    {
      ...client, client_id: 'portal-key', redirect_uris: [second], jwks: { keys: [JSON.parse(key)] },
      token_endpoint_auth_method: 'private_key_jwt',
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['a key for the cookies of a test'] },
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: 'ida@northwind.example', email_verified: true, name: 'Ida Moe' }),
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
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const said = { login: { accountId: 'ida-of-northwind' } };
  return provider.interactionFinished(ctx.req, ctx.res, said, { mergeWithLastSubmission: false });
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
