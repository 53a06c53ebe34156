/** Server-sent events from bytes, whatever the chunk borders (WHATWG HTML, 9.2.6). */

/** @typedef {{event: string, data: string, id: string}} ServerEvent */

/** @returns {{push(line: string): ServerEvent | null}} */
function createFieldReader() {
  let event = "";
  let id = "";
  /** @type {string[]} */
  let data = [];

  function dispatch() {
    const ready = data.length ? { event: event || "message", data: data.join("\n"), id } : null;
    event = "";
    data = [];
    return ready;
  }

  /** @param {string} name @param {string} value */
  function setField(name, value) {
    if (name === "data") data.push(value);
    else if (name === "event") event = value;
    else if (name === "id") id = value;
  }

  return {
    push(line) {
      if (line === "") return dispatch();
      const colon = line.indexOf(":");
      if (colon < 0) setField(line, "");
      else if (colon > 0) setField(line.slice(0, colon), line.slice(colon + (line[colon + 1] === " " ? 2 : 1)));
      return null;
    },
  };
}

/**
 * Feed bytes, get the events that they complete. Lines may end in CRLF, LF or CR. Events without data are dropped, as is
 * one that the stream's end cuts.
 * @returns {{push(bytes: Uint8Array): ServerEvent[]}}
 */
export function createEventParser() {
  const decoder = new TextDecoder();
  const fields = createFieldReader();
  let rest = "";
  // A long line arrives in many chunks: what was searched once is not searched again.
  let searched = 0;
  // The LF of a CRLF that a chunk border cut in two belongs to a line that has ended already.
  let afterReturn = false;

  /** @param {RegExp} breaks */
  function* completeLines(breaks) {
    let start = 0;
    breaks.lastIndex = searched;
    for (let found = breaks.exec(rest); found; found = breaks.exec(rest)) {
      yield rest.slice(start, found.index);
      start = breaks.lastIndex;
    }
    rest = rest.slice(start);
    searched = rest.length;
  }

  return {
    push(bytes) {
      const text = decoder.decode(bytes, { stream: true });
      rest += afterReturn && text.startsWith("\n") ? text.slice(1) : text;
      if (text) afterReturn = text.endsWith("\r");
      const events = [];
      for (const line of completeLines(/\r\n|\r|\n/g)) {
        const event = fields.push(line);
        if (event) events.push(event);
      }
      return events;
    },
  };
}
