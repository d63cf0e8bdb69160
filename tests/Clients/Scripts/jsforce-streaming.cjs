// jsforce (through faye) hears changes: topics, change events, and what it missed by its replay id.
'use strict';
const { assert, connect, run, within } = require('./org.cjs');
const { StreamingExtension } = require('jsforce/lib/api/streaming');

run(async () => {
  const connection = connect();
  const key = `stream-${Date.now()}`;

  // A topic.
  const topic = await connection.sobject('PushTopic').create({
    Name: `T${Date.now()}`.slice(0, 20), Query: 'SELECT Id, Name FROM Account', ApiVersion: 60.0,
    NotifyForOperationCreate: true, NotifyForOperationUpdate: true, NotifyForOperationDelete: true, NotifyForOperationUndelete: true,
    NotifyForFields: 'Referenced',
  });
  const name = (await connection.sobject('PushTopic').retrieve(topic.id)).Name;
  let subscription;
  const heard = new Promise(resolve => (subscription = connection.streaming.topic(name).subscribe(resolve)));
  await within(10000, 'The subscription', subscription);
  const account = await connection.sobject('Account').create({ Name: key });
  const message = await within(10000, 'The topic\'s event', heard);
  assert.equal(message.event.type, 'created');
  assert.equal(message.sobject.Name, key);
  subscription.cancel();

  // Change events from a replay id on: all that are kept, then those after the one seen. Other programs change accounts too.
  const collect = (replayId, wanted) => {
    const channel = '/data/AccountChangeEvent';
    const client = connection.streaming.createClient([new StreamingExtension.Replay(channel, replayId)]);
    const events = [];
    return within(15000, `${wanted} change events from ${replayId}`, new Promise(resolve => {
      client.subscribe(channel, event => {
        if (event.payload.ChangeEventHeader.recordIds.includes(account.id))
          events.push(event);
        if (events.length === wanted) {
          client.disconnect();
          resolve(events);
        }
      });
    }));
  };
  const [created] = await collect(-2, 1);
  assert.equal(created.payload.ChangeEventHeader.changeType, 'CREATE');
  assert.equal(created.payload.Name, key);
  await connection.sobject('Account').update({ Id: account.id, Phone: '1' });
  await connection.sobject('Account').destroy(account.id);
  const later = await collect(created.event.replayId, 2);
  assert.deepEqual(later.map(event => event.payload.ChangeEventHeader.changeType), ['UPDATE', 'DELETE']);
  assert.ok(later[0].payload.ChangeEventHeader.changedFields.includes('Phone'));
});
