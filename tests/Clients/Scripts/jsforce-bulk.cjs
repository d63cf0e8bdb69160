// jsforce loads and unloads by Bulk 2.0, and counts by version 1.
'use strict';
const { assert, connect, run } = require('./org.cjs');

run(async () => {
  const connection = connect();
  connection.bulk2.pollInterval = 50;
  connection.bulk2.pollTimeout = 30000;
  const key = `bulk-${Date.now()}`;
  const rows = Array.from({ length: 1000 }, (_, n) => ({ Name: n === 3 ? '' : `Bulk "${n}", a`, Ext_Id__c: `${key}-${n}` }));

  const loaded = await connection.bulk2.loadAndWaitForResults({ object: 'Account', operation: 'insert', input: rows });
  assert.equal(loaded.successfulResults.length, 999);
  assert.equal(loaded.failedResults.length, 1);
  assert.match(loaded.failedResults[0].sf__Error, /^REQUIRED_FIELD_MISSING:/);
  assert.ok(loaded.successfulResults.every(row => row.sf__Id.length === 18 && row.sf__Created === 'true'));

  const records = await (await connection.bulk2.query(`SELECT Id, Name, Ext_Id__c FROM Account WHERE Ext_Id__c LIKE '${key}%'`)).toArray();
  assert.equal(records.length, 999);
  assert.ok(records.some(record => record.Name === 'Bulk "5", a'));

  const upserted = await connection.bulk2.loadAndWaitForResults({
    object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext_Id__c',
    input: [{ Ext_Id__c: `${key}-0`, Name: 'old' }, { Ext_Id__c: `${key}-new`, Name: 'new' }],
  });
  assert.deepEqual(upserted.successfulResults.map(row => row.sf__Created).sort(), ['false', 'true']);

  const gone = await connection.bulk2.loadAndWaitForResults({
    object: 'Account', operation: 'delete', input: records.map(record => ({ Id: record.Id })),
  });
  assert.equal(gone.successfulResults.length, 999);

  const counted = await (await connection.bulk.query("SELECT Id FROM Contact")).toArray();
  assert.equal(counted.length, (await connection.query('SELECT COUNT() FROM Contact')).totalSize);
});
