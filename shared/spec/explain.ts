/** What a field of cluster.yaml means, read off the schema, so that the help cannot differ from what is accepted. */
import * as z from 'zod';
import { VentError } from '../errors.ts';
import { clusterSchema } from './schema.ts';
import { nearest } from './spelling.ts';

type Schema = z.core.JSONSchema.BaseSchema;

export interface Field {
  readonly name: string;
  /** `string`, `integer`, `object`, `etcd | control-plane | worker`, `list of string` ... */
  readonly type: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** As JSON; undefined when the field has no default of its own. */
  readonly default: string | undefined;
}

export interface Explanation extends Field {
  /** `cluster.spec.pools`. */
  readonly path: string;
  /** Fields of an object, or of the objects in a list; empty for plain values. */
  readonly fields: readonly Field[];
}

/** JSON Schema (draft 7, which editors know best) of cluster.yaml as people write it: fields with a default may be left out. */
export function jsonSchema(): Schema {
  const schema = z.toJSONSchema(clusterSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'Vent cluster' };
}

/**
 * @param path `cluster`, or fields below it joined by dots; list positions are left out (`cluster.spec.pools.roles`)
 * @throws VentError NOT_FOUND naming the nearest field
 */
export function explainField(path: string): Explanation {
  const [root = '', ...names] = path.split('.');
  if (root !== 'cluster') throw unknownField(path, ['cluster'], root);
  let schema = jsonSchema();
  let field: Field = { ...describeField('cluster', schema, true), description: 'A cluster and its machines' };
  for (const name of names) {
    const fields = propertiesOf(schema);
    const next = fields.get(name);
    if (next === undefined) throw unknownField(path, [...fields.keys()], name);
    field = describeField(name, next, isRequired(schema, name));
    schema = next;
  }
  const fields = [...propertiesOf(schema)].map(([name, value]) => describeField(name, value, isRequired(schema, name)));
  return { ...field, path, fields };
}

/** Keys that may stand at a place in the file; list positions are numbers. Empty where any key may stand. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: Schema | undefined = jsonSchema();
  for (const part of path) if (typeof part !== 'number') schema = schema && propertiesOf(schema).get(String(part));
  return schema === undefined ? [] : [...propertiesOf(schema).keys()];
}

/** Every path that explainField knows, in the schema's order. */
export function fieldPaths(): readonly string[] {
  const below = (path: string, schema: Schema): readonly string[] => [
    path,
    ...[...propertiesOf(schema)].flatMap(([name, value]) => below(`${path}.${name}`, value)),
  ];
  return below('cluster', jsonSchema());
}

function unknownField(path: string, known: readonly string[], name: string): VentError {
  const suggestion = nearest(name, known);
  return new VentError('NOT_FOUND', `cannot explain ${path}: there is no field ${JSON.stringify(name)}`, {
    hint:
      suggestion === undefined
        ? `Fields there are: ${known.length === 0 ? 'none' : known.join(', ')}.`
        : `Did you mean ${suggestion}?`,
  });
}

function propertiesOf(schema: Schema): ReadonlyMap<string, Schema> {
  const holder = itemsOf(schema) ?? schema;
  const properties = Object.entries(holder.properties ?? {});
  return new Map(properties.filter((entry): entry is [string, Schema] => typeof entry[1] === 'object'));
}

function itemsOf(schema: Schema): Schema | undefined {
  const { items } = schema;
  return typeof items === 'object' && !Array.isArray(items) ? items : undefined;
}

function isRequired(schema: Schema, name: string): boolean {
  return (itemsOf(schema) ?? schema).required?.includes(name) ?? false;
}

function describeField(name: string, schema: Schema, required: boolean): Field {
  const hasOwnDefault = schema.default !== undefined && schema.type !== 'object';
  return {
    name,
    type: typeOf(schema),
    description: schema.description ?? '',
    isRequired: required,
    default: hasOwnDefault ? JSON.stringify(schema.default) : undefined,
  };
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.join(' | ');
  const items = itemsOf(schema);
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (typeof schema.additionalProperties === 'object') return `map of ${typeOf(schema.additionalProperties)}`;
  return String(schema.type);
}
