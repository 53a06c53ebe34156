// @ts-check
/** Reading the JSON schemas of the catalogue: references, unions by `kind`, bounds and defaults. */

/**
 * @typedef {{[key: string]: any, $ref?: string, $defs?: Record<string, Schema>, type?: string, title?: string,
 *   description?: string, default?: any, const?: any, enum?: any[], properties?: Record<string, Schema>,
 *   required?: string[], oneOf?: Schema[], anyOf?: Schema[], allOf?: Schema[], items?: Schema, prefixItems?: Schema[],
 *   minimum?: number, maximum?: number, exclusiveMinimum?: number, exclusiveMaximum?: number, minItems?: number,
 *   maxItems?: number, multipleOf?: number, scale?: "linear" | "log", symbol?: string, unit?: string,
 *   slider?: [number, number]}} Schema
 */

/**
 * The schema with its reference followed; the referring schema's own keywords win.
 *
 * @param {Schema} schema
 * @param {Schema} root holds `$defs`
 * @returns {Schema}
 */
export function resolve(schema, root) {
  if (schema.allOf?.length === 1) return resolve({ ...schema.allOf[0], ...without(schema, "allOf") }, root);
  if (!schema.$ref) return schema;
  const target = root.$defs?.[schema.$ref.split("/").pop() ?? ""];
  if (!target) throw new Error(`schema ${schema.$ref} is not defined`);
  return resolve({ ...target, ...without(schema, "$ref") }, root);
}

/** @param {Schema} schema @param {string} key */
function without(schema, key) {
  const { [key]: _, ...rest } = schema;
  return rest;
}

/**
 * The alternatives of a union tagged by `kind`, by kind; null when the schema is none.
 *
 * @param {Schema} schema @param {Schema} root
 * @returns {Map<string, Schema> | null}
 */
export function alternatives(schema, root) {
  const options = (schema.oneOf ?? schema.anyOf)
    ?.map((option) => resolve(option, root))
    .filter((o) => o.type !== "null");
  if (!options?.length) return null;
  /** @type {[string, Schema][]} */
  const tagged = options.map((option) => [kindOf(option), option]);
  return tagged.every(([kind]) => kind) ? new Map(tagged) : null;
}

/** @param {Schema} schema */
function kindOf(schema) {
  return String(schema.properties?.kind?.const ?? schema.properties?.kind?.enum?.[0] ?? "");
}

/**
 * Splits "X or null": the schema of X and whether null is allowed.
 *
 * @param {Schema} schema @param {Schema} root
 * @returns {{schema: Schema, nullable: boolean}}
 */
export function optional(schema, root) {
  const options = schema.anyOf ?? [];
  const some = options.filter((option) => option.type !== "null");
  if (some.length === options.length || some.length !== 1) return { schema, nullable: some.length !== options.length };
  return { schema: resolve({ ...some[0], ...without(schema, "anyOf") }, root), nullable: true };
}

/**
 * Bounds of a number as a slider uses them.
 *
 * @param {Schema} schema
 * @returns {{low: number, high: number, hard: {low?: number, high?: number}, scale: "linear" | "log", whole: boolean}}
 */
export function bounds(schema) {
  const hard = { low: schema.minimum ?? schema.exclusiveMinimum, high: schema.maximum ?? schema.exclusiveMaximum };
  const given = schema.slider ?? [hard.low, hard.high];
  const around = Math.abs(Number(schema.default)) || 1;
  const log = schema.scale === "log";
  const low = given[0] ?? (log ? around / 1000 : -4 * around);
  const high = given[1] ?? (log ? around * 1000 : 4 * around);
  return {
    low: log && low <= 0 ? around / 1000 : low,
    high,
    hard,
    scale: log ? "log" : "linear",
    whole: schema.type === "integer",
  };
}

/**
 * The value a field has when it is left out.
 *
 * @param {Schema} given @param {Schema} root
 * @returns {any}
 */
export function defaultOf(given, root) {
  const schema = resolve(given, root);
  if (schema.default !== undefined) return structuredClone(schema.default);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const { schema: inner, nullable } = optional(schema, root);
  if (nullable) return null;
  const options = alternatives(inner, root);
  if (options) return defaultsOf([...options.values()][0], root);
  if (schema.properties) return defaultsOf(schema, root);
  if (schema.prefixItems) return schema.prefixItems.map((item) => defaultOf(item, root));
  return (
    { array: [], boolean: false, string: "", number: schema.minimum ?? 0, integer: schema.minimum ?? 0 }[
      schema.type ?? ""
    ] ?? null
  );
}

/**
 * An object with every field at its default.
 *
 * @param {Schema} given @param {Schema} [root]
 * @returns {Record<string, any>}
 */
export function defaultsOf(given, root = given) {
  const schema = resolve(given, root);
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [name, defaultOf(field, root)]),
  );
}
