// jsforce writes single rows and collections, and sees each row's own outcome.
'use strict';
const { assert, connect, run } = require('./org.cjs');

run(async () => {
  const connection = connect();
  const accounts = connection.sobject('Account');
  const key = `jsf-${Date.now()}`;

  // Single rows.
  const created = await accounts.create({ Name: 'One', Ext_Id__c: `${key}-1` });
  assert.ok(created.success);
  assert.equal((await accounts.update({ Id: created.id, Phone: '555' })).success, true);
  assert.equal((await accounts.retrieve(created.id)).Phone, '555');
  const upserted = await accounts.upsert({ Ext_Id__c: `${key}-1`, Name: 'One again' }, 'Ext_Id__c');
  assert.equal(upserted.success, true);
  assert.equal(upserted.id, created.id);
  await assert.rejects(accounts.create({ Phone: 'no name' }), error => error.errorCode === 'REQUIRED_FIELD_MISSING');
  await assert.rejects(accounts.create({ Name: 'x', Missing__c: 1 }), error => error.errorCode === 'INVALID_FIELD');
  await assert.rejects(accounts.retrieve('001000000000000AAA'), error => error.errorCode === 'NOT_FOUND');

  // Collections: 450 rows travel as three calls, and a bad row fails alone.
  const rows = Array.from({ length: 450 }, (_, n) => ({ Name: n === 7 ? null : `Row ${n}`, Ext_Id__c: `${key}-m${n}` }));
  const results = await accounts.create(rows, { allowRecursive: true });
  assert.equal(results.length, 450);
  assert.deepEqual(results.flatMap((result, n) => (result.success ? [] : [n])), [7]);
  assert.equal(results[7].errors[0].statusCode, 'REQUIRED_FIELD_MISSING');
  const ids = results.filter(result => result.success).map(result => result.id);
  const updates = await accounts.update(ids.slice(0, 3).map(Id => ({ Id, Phone: '1' })));
  assert.ok(updates.every(result => result.success));
  const again = await accounts.upsert(
    [{ Ext_Id__c: `${key}-m0`, Name: 'again' }, { Ext_Id__c: `${key}-new`, Name: 'new' }], 'Ext_Id__c');
  assert.deepEqual(again.map(result => result.created), [false, true]);

  // All or none.
  const none = await accounts.create([{ Name: 'good' }, {}], { allOrNone: true });
  assert.deepEqual(none.map(result => result.errors[0].statusCode), ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);

  const rest = [created.id, again[1].id, ...ids];
  const deleted = await accounts.destroy(rest, { allowRecursive: true });
  assert.ok(deleted.every(result => result.success));
  await assert.rejects(accounts.destroy(created.id), error => error.errorCode === 'ENTITY_IS_DELETED');
});
