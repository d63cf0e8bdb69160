// jsforce queries: pages, parents, children, aggregates, errors.
'use strict';
const { assert, connect, run } = require('./org.cjs');

run(async () => {
  const connection = connect();
  const total = (await connection.query('SELECT COUNT() FROM Contact')).totalSize;
  assert.ok(total > 2000, 'the org holds more than one page');

  const first = await connection.query('SELECT Id, Name FROM Contact ORDER BY Id');
  assert.equal(first.done, false);
  assert.equal(first.totalSize, total);
  const seen = new Set(first.records.map(record => record.Id));
  for (let page = first; !page.done; ) {
    page = await connection.queryMore(page.nextRecordsUrl);
    page.records.forEach(record => seen.add(record.Id));
  }
  assert.equal(seen.size, total);

  const fetched = [];
  await connection.query('SELECT Id FROM Contact').on('record', record => fetched.push(record.Id)).run({ autoFetch: true, maxFetch: 1e6 });
  assert.equal(fetched.length, total);

  const parents = await connection.query("SELECT Id, Account.Name, Owner.Name FROM Contact WHERE AccountId != null LIMIT 5");
  assert.ok(parents.records.every(record => record.Account.Name && record.Owner.Name));
  const children = await connection.sobject('Account').find({}, 'Id, Name').include('Contacts').select('Id, LastName').limit(2).end().limit(5);
  assert.ok(children.some(account => account.Contacts?.records.length > 0));
  const groups = await connection.query('SELECT StageName, COUNT(Id) n FROM Opportunity GROUP BY StageName');
  assert.ok(groups.records.every(group => group.n > 0 && group.attributes.type === 'AggregateResult'));

  await assert.rejects(connection.query('SELECT Id FORM Account'), error => error.errorCode === 'MALFORMED_QUERY');
  await assert.rejects(connection.query('SELECT Foo FROM Account'), error =>
    error.errorCode === 'INVALID_FIELD' && /ERROR at Row:1:Column:8/.test(error.message));
});
