import assert from "node:assert/strict";
import { test } from "node:test";
import { createPlayer } from "../../static/player.js";

/** A display whose frames the test decides. @param {boolean} [reduced] */
function display(reduced = false) {
  /** @type {((now: number) => void) | null} */
  let waiting = null;
  let now = 1000;
  return {
    requestAnimationFrame(/** @type {(now: number) => void} */ callback) {
      waiting = callback;
      return 1;
    },
    cancelAnimationFrame() {
      waiting = null;
    },
    reducedMotion: () => reduced,
    /** @param {number} seconds @param {number} rate frames a second */
    run(seconds, rate) {
      for (let frame = 0; frame < seconds * rate; frame++) {
        now += 1000 / rate;
        const callback = waiting;
        waiting = null;
        callback?.(now);
      }
    },
    isIdle: () => waiting === null,
  };
}

/** @param {{reduced?: boolean, speed?: number, last?: number, complete?: boolean}} [options] */
function setUp({ reduced = false, speed = 60, last = 1000, complete = true } = {}) {
  const host = display(reduced);
  /** @type {number[]} */
  const shown = [];
  /** @type {import("../../static/player.js").PlayerState[]} */
  const states = [];
  const player = createPlayer({
    onStep: (step) => shown.push(step),
    onState: (state) => states.push(state),
    speed,
    host,
  });
  player.setAvailable(last, complete);
  return { player, host, shown, states };
}

for (const rate of [10, 30, 60, 144]) {
  test(`five seconds at 60 steps a second show 300 steps on a display of ${rate} Hz`, () => {
    const { player, host } = setUp();
    player.play();
    host.run(1 / rate, rate);
    host.run(5, rate);
    assert.ok(Math.abs(player.state().step - 300) < 1e-6, String(player.state().step));
  });
}

test("pausing rests on a whole step and stops the clock", () => {
  const { player, host } = setUp({ speed: 7 });
  player.play();
  host.run(1.3, 60);
  assert.ok(!Number.isInteger(player.state().step));
  player.pause();
  const { step } = player.state();
  assert.ok(Number.isInteger(step) && host.isIdle());
  host.run(1, 60);
  assert.equal(player.state().step, step);
});

test("at the end of a complete run it stops, and plays again from the start", () => {
  const { player, host, shown } = setUp({ last: 30 });
  player.play();
  host.run(2, 60);
  assert.deepEqual([player.state().step, player.state().playing, player.state().ended], [30, false, true]);
  assert.equal(shown.at(-1), 30);
  player.play();
  assert.equal(shown.at(-1), 0);
  assert.equal(player.state().playing, true);
});

test("at the end of what has arrived it waits, and goes on when more arrives", () => {
  const { player, host } = setUp({ last: 10, complete: false });
  player.play();
  host.run(1, 60);
  assert.deepEqual([player.state().step, player.state().waiting, player.state().playing], [10, true, true]);
  player.setAvailable(20, true);
  assert.equal(player.state().waiting, false);
  host.run(1, 60);
  assert.deepEqual([player.state().step, player.state().ended], [20, true]);
});

test("scrubbing and stepping pause, and stay within the run", () => {
  const { player, shown } = setUp({ last: 100 });
  player.play();
  player.seek(42.4);
  assert.deepEqual([player.state().step, player.state().playing], [42, false]);
  player.stepBy(-50);
  player.stepBy(-1);
  player.seek(1e9);
  player.stepBy(-3);
  assert.deepEqual(shown, [42, 0, 100, 97]);
});

test("a shorter run brings the step back into it", () => {
  const { player, shown } = setUp({ last: 100 });
  player.seek(80);
  player.setAvailable(0, false);
  assert.deepEqual([player.state().step, shown.at(-1)], [0, 0]);
});

test("a background tab does not leap when it comes back", () => {
  const { player, host } = setUp();
  player.play();
  host.run(1, 60);
  const { step } = player.state();
  host.run(30, 1 / 30);
  assert.ok(player.state().step - step <= 0.25 * 60 + 1e-9);
});

test("with reduced motion the pictures follow at most twice a second, in whole steps, no slower overall", () => {
  const { player, host, shown } = setUp({ reduced: true });
  player.play();
  host.run(4, 60);
  assert.ok(shown.length <= 8, `${shown.length} pictures in four seconds`);
  assert.ok(shown.every(Number.isInteger));
  assert.ok(Math.abs(player.state().step - 240) <= 40, String(player.state().step));
});

test("with reduced motion even a slow run moves on", () => {
  const { player, host } = setUp({ reduced: true, speed: 0.5, last: 3 });
  player.play();
  host.run(10, 60);
  assert.equal(player.state().ended, true);
});

test("the state is reported when it changes, not with every frame", () => {
  const { player, host, states } = setUp({ last: 30 });
  player.play();
  player.play();
  host.run(2, 60);
  player.setSpeed(10);
  player.setSpeed(10);
  assert.deepEqual(
    states.map(({ playing, speed }) => [playing, speed]),
    [
      [false, 60],
      [true, 60],
      [false, 60],
      [false, 10],
    ],
  );
});
