/** Events from the bytes of a stream, whatever the chunk borders: a message each (`app/serving/messages.py`). */

import { decodeColumns } from "./columns.js";

const LENGTHS = 8;
const ALIGNED = 8;

const text = new TextDecoder();

/** @param {Uint8Array<ArrayBuffer>} start of a message @returns {Uint8Array<ArrayBuffer>} room for all of it */
function roomFor(start) {
  const lengths = new DataView(start.buffer);
  const [header, body] = [lengths.getUint32(0, true), lengths.getUint32(4, true)];
  if (!header || header % ALIGNED || body % ALIGNED)
    throw new TypeError(`a message with a header of ${header} bytes and a body of ${body}; reload the page`);
  const message = new Uint8Array(LENGTHS + header + body);
  message.set(start);
  return message;
}

/** @param {Uint8Array<ArrayBuffer>} message @returns {import("./types.js").StreamEvent} */
function eventOf(message) {
  const start = LENGTHS + new DataView(message.buffer).getUint32(0, true);
  return decodeColumns(JSON.parse(text.decode(message.subarray(LENGTHS, start))), message.subarray(start));
}

/**
 * Feed bytes, get the events that they complete; one that the stream's end cuts is dropped.
 *
 * Each byte is copied once, into a buffer that the columns of its message then share.
 * @returns {{push(bytes: Uint8Array): import("./types.js").StreamEvent[]}} `push` throws where the bytes are no messages
 */
export function createMessageReader() {
  let message = new Uint8Array(LENGTHS);
  let filled = 0;

  /** @returns {import("./types.js").StreamEvent[]} what is complete once the message is as full as its room */
  function advance() {
    if (message.length === LENGTHS) {
      message = roomFor(message);
      return [];
    }
    const event = eventOf(message);
    message = new Uint8Array(LENGTHS);
    filled = 0;
    return [event];
  }

  return {
    push(bytes) {
      const events = [];
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + message.length - filled);
        message.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled === message.length) events.push(...advance());
      }
      return events;
    },
  };
}
