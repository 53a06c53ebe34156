/**
 * Shapes shared by the modules of the page; types alone, no code.
 *
 * @typedef {Float64Array | Float32Array | Int32Array | number[]} Numbers
 *
 * @typedef {object} Field A loss over a regular grid of a plane.
 * @property {Float64Array} x Column coordinates, ascending and evenly spaced.
 * @property {Float64Array} y Row coordinates, ascending and evenly spaced.
 * @property {Float64Array} loss Row-major (rows = y), NaN where there is a hole.
 * @property {number} minimum Smallest finite loss.
 * @property {number} maximum Largest finite loss.
 * @property {number} holes How many cells are not finite.
 *
 * @typedef {"linear" | "log"} HeightMode
 * @typedef {"quantile" | "log" | "linear"} BandMode
 *
 * @typedef {object} Scale A monotone map of the loss.
 * @property {(loss: number) => number} of
 * @property {(value: number) => number} invert
 * @property {string} title What the mapped quantity is, for an axis.
 *
 * @typedef {{at: number, label: string}} AxisTick Where, in mapped numbers.
 * @typedef {Scale & {ticks: (low: number, high: number, most: number) => AxisTick[]}} HeightScale
 *
 * @typedef {object} Heights A single-valued surface over a rectangle, as the ray-march sees it.
 * @property {number} columns
 * @property {number} rows
 * @property {number} x0
 * @property {number} x1
 * @property {number} y0
 * @property {number} y1
 * @property {number} low Smallest finite height.
 * @property {number} high Largest finite height.
 * @property {Float64Array} z Row-major, NaN where there is a hole.
 *
 * @typedef {object} Camera A perspective view of data coordinates.
 * @property {Float64Array} matrix Data to clip coordinates, 4×4, column-major.
 * @property {Float64Array} inverse
 * @property {number} width Of the view, in CSS pixels.
 * @property {number} height
 *
 * @typedef {object} PlotlyCamera
 * @property {{x: number, y: number, z: number}} eye
 * @property {{x: number, y: number, z: number}} [center]
 * @property {{x: number, y: number, z: number}} [up]
 *
 * @typedef {object} Screen Projected points of one track, grown as needed.
 * @property {Float32Array} x
 * @property {Float32Array} y
 * @property {Uint8Array} state One of POINT in `plots/stroke.js`.
 * @property {number} count How many points are projected.
 *
 * @typedef {object} Track One optimiser's run, as the plots draw it.
 * @property {import("./run.js").RunBuffer} buffer
 * @property {string} title
 * @property {number} colour Index into `Palette.lines`.
 * @property {boolean} [hidden]
 *
 * @typedef {object} Palette
 * @property {boolean} dark
 * @property {string[]} lines
 * @property {string[]} ramp From low to high.
 * @property {string} ink
 * @property {string} muted
 * @property {string} rule
 * @property {string} panel
 * @property {string[]} diverging From the most negative through zero to the most positive.
 * @property {string} accent
 * @property {string} good
 * @property {string} warn
 * @property {string} bad
 * @property {string} casing Stroke around lines and labels, so that they read on every surface colour.
 * @property {string} isoline
 * @property {string} font
 *
 * @typedef {object} FramesEvent Consecutive recorded steps of one run, column by column.
 * @property {"frames"} kind
 * @property {number} run
 * @property {Numbers} step
 * @property {Numbers | number[][]} position
 * @property {Numbers} loss
 * @property {Numbers} gradient_norm
 * @property {Numbers} [learning_rate]
 * @property {Numbers | number[][]} [gradient]
 * @property {Numbers} [batch_loss]
 * @property {Numbers} [slice_loss]
 * @property {Numbers} [captured]
 * @property {Record<string, {gradient_norm: Numbers, delta_norm: Numbers}>} [layers]
 * @property {Numbers | number[][]} [parameters] A row for each step.
 *
 * @typedef {object} CurvatureEvent The Hessian's outermost eigenvalues at one step of one run.
 * @property {"curvature"} kind
 * @property {number} run
 * @property {number} step
 * @property {Numbers} eigenvalues Descending: the `top` largest, then the `bottom` smallest.
 * @property {number} top
 * @property {number} bottom
 * @property {number} unconverged Asked for, but left out.
 * @property {number | null} threshold
 * @property {"hessian" | "preconditioned_hessian" | null} threshold_kind
 * @property {Numbers} [preconditioned_eigenvalues]
 * @property {number} [preconditioned_top]
 * @property {number} [preconditioned_bottom]
 * @property {number} [preconditioned_unconverged]
 * @property {Numbers} [hessian_diagonal]
 * @property {Numbers} [preconditioner]
 * @property {Numbers | null} [coordinates] Which parameters the two columns before are of; null: all.
 * @property {{pearson_log: number | null, spearman: number | null} | null} [correlation]
 *
 * @typedef {object} DivergedEvent
 * @property {"diverged"} kind
 * @property {number} run
 * @property {number} step
 * @property {string} reason
 * @property {string} [what]
 * @property {number | null} [sharpness]
 * @property {number | null} [sharpness_times_learning_rate]
 * @property {number | null} [suggested_learning_rate]
 * @property {string} message
 *
 * @typedef {object} Problem An RFC 9457 problem report.
 * @property {string} type
 * @property {string} title
 * @property {number} status
 * @property {string} detail
 * @property {{pointer: string, detail: string, position?: number}[]} [errors]
 *
 * @typedef {{kind: string, [field: string]: any}} StreamEvent
 *
 * @typedef {object} PlotView What a trail needs to know of the plot under it.
 * @property {(x: ArrayLike<number>, y: ArrayLike<number>, from: number, to: number, screen: Screen) => void} project
 * @property {() => boolean} ready The plot is there to be projected on.
 * @property {(context: CanvasRenderingContext2D) => void} clip
 * @property {() => import("./plots/labels.js").Box} bounds
 * @property {() => import("./plots/labels.js").Box[]} obstacles What names keep clear of.
 */

export {};
