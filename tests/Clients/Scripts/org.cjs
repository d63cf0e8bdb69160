// How every script reaches the org that the test has started: its address and its sign-in stand in the environment.
'use strict';
const assert = require('node:assert/strict');
const jsforce = require('jsforce');

const { ORG_URL, ORG_TOKEN, ORG_USER, ORG_PASSWORD, ORG_CLIENT_ID, ORG_CLIENT_SECRET } = process.env;

/** A connection with a token of its own, as a program has it that signed in before. */
const connect = () => new jsforce.Connection({ instanceUrl: ORG_URL, accessToken: ORG_TOKEN, version: '67.0' });

/** Runs the script's steps and ends the process, open connections or not. */
const run = steps =>
  steps().then(
    () => process.exit(0),
    error => {
      console.error(error);
      process.exit(1);
    },
  );

/** The first event that an emitter or a subscription brings, or a failure after a while. */
const within = (milliseconds, what, promise) =>
  Promise.race([
    promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error(`${what} did not come within ${milliseconds} ms`)), milliseconds)),
  ]);

module.exports = {
  assert, jsforce, connect, run, within,
  url: ORG_URL, token: ORG_TOKEN, user: ORG_USER, password: ORG_PASSWORD, clientId: ORG_CLIENT_ID, clientSecret: ORG_CLIENT_SECRET,
};
