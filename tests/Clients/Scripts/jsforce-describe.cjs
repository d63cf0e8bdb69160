// jsforce reads what the org holds.
'use strict';
const { assert, connect, run } = require('./org.cjs');

run(async () => {
  const connection = connect();
  const global = await connection.describeGlobal();
  assert.equal(global.maxBatchSize, 200);
  for (const name of ['Account', 'Contact', 'Lead', 'Opportunity', 'Case', 'User'])
    assert.ok(global.sobjects.some(object => object.name === name && object.queryable), name);

  const contact = await connection.sobject('Contact').describe();
  const account = contact.fields.find(field => field.name === 'AccountId');
  assert.equal(account.type, 'reference');
  assert.deepEqual(account.referenceTo, ['Account']);
  assert.equal(account.relationshipName, 'Account');
  const email = contact.fields.find(field => field.name === 'Email');
  assert.equal(email.soapType, 'xsd:string');
  assert.ok((await connection.sobject('Account').describe()).childRelationships
    .some(child => child.childSObject === 'Contact' && child.relationshipName === 'Contacts'));
  await assert.rejects(connection.sobject('Missing__c').describe(), error => error.errorCode === 'NOT_FOUND');

  assert.ok((await connection.limits()).DailyApiRequests.Remaining > 0);
  assert.ok(connection.limitInfo.apiUsage.used > 0);
});
