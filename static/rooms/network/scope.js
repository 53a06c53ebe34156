// @ts-check
/** The microscope's state: which examples it is on, how far the passes have come, and what the server measured there. */
import { debounce, disposal } from "../../dom.js";
import { latest } from "../../failure.js";
import { createStore } from "../../store.js";
import { postJson } from "../../stream.js";
import { reveal, stagesOf, traceOf } from "./reveal.js";
import { hasWeight } from "./weights.js";

/**
 * @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./reveal.js").Stage} Stage
 * @typedef {object} Scope
 * @property {"one" | "batch"} mode
 * @property {number} example the one that is followed
 * @property {number} at the stage, counted from 0
 * @property {any} reply of `POST /api/derivatives`
 * @property {import("./reveal.js").Trace | null} trace
 * @property {"loading" | "ready" | "failed" | "playing"} status
 * @property {string} complaint
 */

/** The examples whose products are written out where all are followed. */
const FIRST = [0, 1];
const QUIET = 120;

/** @param {NetworkContext} context */
export function createScope(context) {
  const { live, store, inside, pick, player } = context;
  /** @type {import("../../store.js").Store<Scope>} */
  const scope = createStore(
    /** @type {Scope} */ ({
      mode: "one",
      example: 0,
      at: store.get().page.stage,
      reply: null,
      trace: null,
      status: "loading",
      complaint: "",
    }),
  );
  const layers = () => Math.max(0, inside.widths().length - 1);
  const stages = () => stagesOf(layers());
  const examples = () => live.get().description.value?.examples ?? 0;
  const show = () => {
    const { trace, at, status } = scope.get();
    const visible = trace && (status === "ready" || status === "loading");
    const stage = stages()[at];
    const revealed = visible && stage ? reveal(trace, stage, pick.get().weight, trace.batch ? 1 : examples()) : null;
    pick.set({ revealed, example: revealed && scope.get().mode === "one" ? scope.get().example : null });
  };
  const looking = latest(
    async (/** @type {void} */ _, signal) => {
      const theta = inside.theta(context.step());
      const { weight } = pick.get();
      const block = weight && inside.blocks()[weight.layer];
      if (!theta || !block) {
        asked = "";
        return;
      }
      const { mode, example } = scope.get();
      const all = mode === "batch";
      const reply = await postJson(
        "api/derivatives",
        {
          objective: store.get().spec.objective,
          parameters: Array.from(theta),
          checks: false,
          trace: { examples: all ? FIRST.slice(0, examples()) : [example], batch: all },
          weight: { layer: block.name, row: weight.to, column: weight.from },
          ledger: true,
          jacobian: !all,
        },
        { signal },
      );
      scope.set({ reply, trace: traceOf(reply, inside.widths()), status: "ready", complaint: "" });
      show();
    },
    (failure) => {
      scope.set({ status: "failed", complaint: failure.detail, trace: null, reply: null });
      show();
    },
  );
  const soon = debounce(() => void looking.start(undefined), QUIET);
  /** What an answer depends on: while steps still arrive, the same is not asked for twice. */
  const key = () => {
    const buffer = inside.track()?.buffer;
    const { mode, example } = scope.get();
    const frame = buffer ? buffer.at(context.step()) : -1;
    return JSON.stringify([
      live.get().run.started?.hash,
      store.get().page.selected,
      frame,
      pick.get().weight,
      mode,
      example,
    ]);
  };
  let asked = "";
  const again = () => {
    if (player.state().playing) {
      scope.set({ status: "playing" });
      show();
      return;
    }
    settle(context, scope, examples());
    if (layers()) scope.set({ at: Math.max(0, Math.min(stages().length - 1, scope.get().at)) });
    if (key() === asked && scope.get().status !== "playing") return;
    asked = key();
    if (scope.get().status !== "failed") scope.set({ status: "loading" });
    soon();
  };
  let shape = String(inside.widths());
  /** A network of another shape goes back to the beginning. */
  const restart = () => {
    const before = shape;
    shape = String(inside.widths());
    asked = "";
    scope.set({ trace: null, reply: null, status: "loading", ...(before && before !== shape ? { at: 0 } : {}) });
    show();
    again();
  };
  /** One example's numbers are not said of all of them, nor theirs of one. */
  const other = () => {
    scope.set({ trace: null, reply: null });
    show();
    again();
  };
  player.pause();
  again();
  const stops = [
    context.onPulse(again),
    live.subscribe((l) => l.run.started, restart),
    live.subscribe((l) => l.player?.playing, again),
    store.subscribe((s) => s.page.selected, again),
    pick.onChange(weightWatch(pick, again)),
    scope.subscribe((s) => s.mode, other),
    scope.subscribe((s) => s.example, again),
    scope.subscribe(
      (s) => s.at,
      (stage) => {
        context.act.page({ stage });
        show();
      },
    ),
    soon.cancel,
    looking.stop,
    () => pick.set({ revealed: null, example: null }),
  ];
  return {
    scope,
    stages,
    examples,
    /** @param {number} at */
    go: (at) => scope.set({ at: Math.max(0, Math.min(stages().length - 1, at)) }),
    /** Whether the backward pass has reached the weight that is chosen. */
    reached: () => {
      const { revealed, weight } = pick.get();
      return Boolean(revealed && weight && revealed.differentiated(weight.layer));
    },
    dispose: disposal(stops),
  };
}

/** Calls back when the weight is another one. @param {NetworkContext["pick"]} pick @param {() => void} changed */
function weightWatch(pick, changed) {
  let before = JSON.stringify(pick.get().weight);
  return () => {
    const now = JSON.stringify(pick.get().weight);
    if (now === before) return;
    before = now;
    changed();
  };
}

/** A weight and an example that this network has. @param {NetworkContext} context @param {import("../../store.js").Store<Scope>} scope @param {number} examples */
function settle({ inside, pick }, scope, examples) {
  const blocks = inside.blocks();
  const { weight } = pick.get();
  if (!(weight && hasWeight(blocks, weight)) && blocks.length) {
    const last = inside.widths().length - 2;
    pick.set({ weight: { layer: Math.max(0, last - 1), to: 0, from: 0 } });
  }
  if (scope.get().example >= examples) scope.set({ example: 0 });
}
