// The public gRPC and Avro libraries subscribe to change events, decode them by their own schema, and replay them.
'use strict';
const { assert, connect, run, within, url, token } = require('./org.cjs');
const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const avro = require('avsc');

const { PUBSUB_ADDRESS, PUBSUB_PROTO, PUBSUB_CA } = process.env;
const definition = loader.loadSync(PUBSUB_PROTO, { keepCase: true, longs: Number, enums: String, defaults: true });
const { PubSub } = grpc.loadPackageDefinition(definition).eventbus.v1;

function open(accessToken = token) {
  const metadata = new grpc.Metadata();
  metadata.set('accesstoken', accessToken);
  metadata.set('instanceurl', url);
  metadata.set('tenantid', token.split('!')[0]);
  const credentials = PUBSUB_CA ? grpc.credentials.createSsl(fs.readFileSync(PUBSUB_CA)) : grpc.credentials.createInsecure();
  return { client: new PubSub(PUBSUB_ADDRESS, credentials), metadata };
}

const ask = ({ client, metadata }, method, request) => new Promise((resolve, reject) =>
  client[method](request, metadata, (error, answer) => (error ? reject(error) : resolve(answer))));

/** Reads so many events from a place on, with a credit of two at a time. */
const collect = ({ client, metadata }, first, wanted) => within(15000, `${wanted} events`, new Promise((resolve, reject) => {
  const call = client.Subscribe(metadata);
  const events = [];
  let credit = 2;
  call.on('error', reject);
  call.on('data', answer => {
    assert.ok(answer.events.length <= credit, 'more events than asked for');
    events.push(...answer.events);
    credit -= answer.events.length;
    assert.equal(answer.pending_num_requested, credit);
    if (events.length >= wanted) {
      call.removeAllListeners('error');
      call.on('error', () => {});
      call.cancel();
      resolve(events);
    } else if (credit === 0) {
      credit = 2;
      call.write({ num_requested: 2 });
    }
  });
  call.write({ topic_name: '/data/ContactChangeEvent', num_requested: 2, ...first });
}));

run(async () => {
  const org = open();
  const topic = await ask(org, 'GetTopic', { topic_name: '/data/ContactChangeEvent' });
  assert.equal(topic.can_subscribe, true);
  const schema = await ask(org, 'GetSchema', { schema_id: topic.schema_id });
  const type = avro.Type.forSchema(JSON.parse(schema.schema_json), {
    wrapUnions: false, registry: {}, noAnonymousTypes: false,
  });

  const contacts = connect().sobject('Contact');
  const key = `grpc-${Date.now()}`;
  await contacts.create({ LastName: `${key}-before` });
  const [before] = await collect(org, { replay_preset: 'EARLIEST' }, 1);
  const heard = collect(org, { replay_preset: 'CUSTOM', replay_id: before.replay_id }, 3);
  const { id } = await contacts.create({ FirstName: 'Ada', LastName: key, Email: 'ada@x.test' });
  await contacts.update({ Id: id, Email: null, Phone: '1' });
  await contacts.destroy(id);
  const events = await heard;

  const decoded = events.map(event => {
    assert.equal(event.event.schema_id, topic.schema_id);
    assert.equal(event.replay_id.length, 8);
    return type.fromBuffer(event.event.payload);
  });
  assert.deepEqual(decoded.map(event => event.ChangeEventHeader.changeType), ['CREATE', 'UPDATE', 'DELETE']);
  assert.ok(decoded.every(event => event.ChangeEventHeader.recordIds[0] === id));
  assert.equal(decoded[0].Name.LastName, key);
  assert.equal(decoded[1].Phone, '1');
  assert.match(decoded[1].ChangeEventHeader.changedFields[0], /^0x[0-9A-F]+$/);
  const bits = BigInt(decoded[1].ChangeEventHeader.nulledFields[0]);
  const email = type.fields.findIndex(field => field.name === 'Email');
  assert.equal((bits >> BigInt(email)) & 1n, 1n, 'the bit of Email is set in nulledFields');

  // What was missed comes again after a replay id; a spoiled one is refused with its code.
  const missed = await collect(org, { replay_preset: 'CUSTOM', replay_id: events[0].replay_id }, 2);
  assert.deepEqual(missed.map(event => event.event.id), events.slice(1).map(event => event.event.id));
  const corrupted = await assertFails(collect(org, { replay_preset: 'CUSTOM', replay_id: Buffer.from('00ffffffffffff00', 'hex') }, 1));
  assert.equal(corrupted.code, grpc.status.INVALID_ARGUMENT);
  assert.match(corrupted.metadata.get('error-code')[0], /replayid\.(corrupted|validation\.failed)$/);
  const unknown = await assertFails(ask(open('00Dxx!no'), 'GetTopic', { topic_name: '/data/ContactChangeEvent' }));
  assert.equal(unknown.code, grpc.status.UNAUTHENTICATED);
});

async function assertFails(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }

  throw new Error('The call should have failed.');
}
