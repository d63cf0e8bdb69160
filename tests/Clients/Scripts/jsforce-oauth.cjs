// jsforce signs in by every way it has, asks who it is, refreshes and signs out.
'use strict';
const { assert, jsforce, run, url, user, password, clientId, clientSecret } = require('./org.cjs');

const redirectUri = 'http://localhost:1717/OauthRedirect';
const application = () => new jsforce.OAuth2({ loginUrl: url, clientId, clientSecret, redirectUri, useVerifier: true });

/** Signs in on the consent page as a browser would, and gives the code that the redirect brings. */
async function consent(address) {
  const page = await fetch(address);
  assert.equal(page.status, 200);
  const html = await page.text();
  const form = new URLSearchParams();
  for (const [input] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g))
    form.set(/name="([^"]*)"/.exec(input)[1], /value="([^"]*)"/.exec(input)[1].replaceAll('&amp;', '&'));
  form.set('username', user);
  form.set('password', password);
  form.set('decision', 'allow');
  const answer = await fetch(new URL(/<form[^>]*action="([^"]*)"/.exec(html)?.[1] ?? '', address), {
    method: 'POST', body: form, redirect: 'manual',
  });
  assert.equal(answer.status, 302, await answer.text());
  return new URL(answer.headers.get('location')).searchParams.get('code');
}

run(async () => {
  // The code flow with PKCE, without a method, as jsforce sends it.
  const oauth2 = application();
  const connection = new jsforce.Connection({ oauth2 });
  const code = await consent(oauth2.getAuthorizationUrl({ scope: 'api refresh_token id', state: 's1' }));
  const info = await connection.authorize(code);
  assert.match(info.organizationId, /^00D\w{15}$/);
  const me = await connection.identity();
  assert.equal(me.username, user);
  assert.equal(me.user_id, info.id);

  // An ended session is refreshed on the way and the call is sent again.
  assert.ok(connection.refreshToken);
  connection.accessToken = `${info.organizationId.slice(0, 15)}!ended`;
  let refreshed = 0;
  connection.on('refresh', () => refreshed++);
  assert.equal((await connection.query('SELECT Id FROM Account LIMIT 1')).records.length, 1);
  assert.equal(refreshed, 1);

  // A code is good for one use.
  await assert.rejects(new jsforce.Connection({ oauth2 }).authorize(code), /invalid_grant|expired authorization code/);

  // User name and password, by OAuth and by SOAP.
  const byPassword = new jsforce.Connection({ oauth2: new jsforce.OAuth2({ loginUrl: url, clientId, clientSecret }) });
  assert.equal((await byPassword.login(user, password)).organizationId, info.organizationId);
  const bySoap = new jsforce.Connection({ loginUrl: url, version: '50.0' });
  assert.equal((await bySoap.login(user, password)).organizationId, info.organizationId);
  assert.ok((await bySoap.query('SELECT Id FROM Account LIMIT 1')).totalSize >= 1);
  await assert.rejects(new jsforce.Connection({ loginUrl: url }).login(user, 'wrong'), /INVALID_LOGIN/);

  await byPassword.logout();
  await assert.rejects(new jsforce.Connection({ oauth2: new jsforce.OAuth2({ loginUrl: url, clientId, clientSecret: 'wrong' }) })
    .login(user, password), /invalid_client/);
});
