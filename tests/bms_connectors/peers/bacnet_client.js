// Asks one BACnet device with @bacnet-js/client, one step after the other.
// stdin:  {"address": "127.0.1.1:47808", "port": 47900, "steps": [
//            {"write": {"type": 30, "instance": 1, "property": 85, "tag": 9, "value": 1, "priority": 8}},
//            {"read": {"type": 8, "instance": 9101, "property": 76}},        ReadProperty; "index" for one element
//            {"multiple": [{"type": 30, "instance": 1, "property": 85}]}]}   ReadPropertyMultiple, 20 at a time
// stdout: one answer a step: "" or the error; [value, ...] or {"error": ...}; [value or {"error": ...}, ...]
"use strict";
const Client = require("@bacnet-js/client").default;

const ERROR_TAG = 105;
const AT_A_TIME = 20;

const text = (error) => String(error.message || error);
const object = (step) => ({ type: step.type, instance: step.instance });

const ACTIONS = {
  async write(client, receiver, order) {
    const values = [{ type: order.tag, value: order.value }];
    try {
      await client.writeProperty(receiver, object(order), order.property, values, { priority: order.priority });
      return "";
    } catch (error) {
      return text(error);
    }
  },

  async read(client, receiver, item) {
    try {
      const options = item.index === undefined ? {} : { arrayIndex: item.index };
      const result = await client.readProperty(receiver, object(item), item.property, options);
      return result.values.map((each) => each.value);
    } catch (error) {
      return { error: text(error) };
    }
  },

  async multiple(client, receiver, items) {
    const asked = items.map((item) => ({ objectId: object(item), properties: [{ id: item.property }] }));
    const answer = [];
    for (let at = 0; at < asked.length; at += AT_A_TIME) {
      const result = await client.readPropertyMultiple(receiver, asked.slice(at, at + AT_A_TIME));
      for (const one of result.values) {
        const value = one.values[0].value[0];
        answer.push(value.type === ERROR_TAG ? { error: value.value } : value.value);
      }
    }
    return answer;
  },
};

async function main() {
  const job = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const client = new Client({ port: job.port, interface: "127.0.0.1", apduTimeout: 3000 });
  const answers = [];
  for (const step of job.steps) {
    const [[action, what]] = Object.entries(step);
    answers.push(await ACTIONS[action](client, { address: job.address }, what));
  }
  client.close();
  process.stdout.write(JSON.stringify(answers) + "\n");
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(String(error.stack || error) + "\n");
    process.exit(1);
  },
);
