import { expect, test } from "vitest";
import { followMessages } from "./counting-proxy";

const message = (type: string, body: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
};

/** Two statements inside a transaction, then its COMMIT; a row whose content looks like the message that is counted. */
const conversation = Buffer.concat([
  message("D", "Z\0\0\0\u0005I"),
  message("Z", "T"),
  message("S", ""),
  message("Z", "T"),
  message("C", "COMMIT\0"),
  message("Z", "I"),
  message("C", "SELECT 1\0"),
  message("Z", "I"),
]);

test.each([1, 2, 3, 7, conversation.length])("reads messages in chunks of %i bytes", (size) => {
  const read: string[] = [];
  const follow = followMessages((type, first) =>
    read.push(String.fromCharCode(type) + (first === undefined ? "" : String.fromCharCode(first))),
  );
  for (let at = 0; at < conversation.length; at += size) follow(conversation.subarray(at, at + size));
  expect(read).toEqual(["DZ", "ZT", "S", "ZT", "CC", "ZI", "CS", "ZI"]);
});
