/** docs/reference/spec.md: every field of the cluster file, from its schema. */
import { type Explanation, explainField, type Field, fieldPaths } from '../../shared/spec/explain.ts';

function rowOf(field: Field): string {
  const preset = field.isRequired ? 'required' : field.default === undefined ? '' : `\`${field.default}\``;
  const type = field.type.replaceAll('|', '\\|');
  return `| \`${field.name}\` | ${type} | ${preset} | ${field.description.replaceAll('|', '\\|')} |`;
}

function section(field: Explanation): string {
  const rows = field.fields.map(rowOf).join('\n');
  return `## ${field.path}\n\n${field.description}.\n\n| Field | Type | Default | Meaning |\n| --- | --- | --- | --- |\n${rows}\n`;
}

export function renderSpecPage(): string {
  const fields = fieldPaths().map(explainField);
  return `# The cluster file

Every field of \`cluster.yaml\`. This page is made from the schema by \`npm run gen\`; the same is told by \`vent explain\`, and \`vent schema\` prints the schema for editors. \`vent init\` writes a file to begin with, and \`vent validate -f cluster.yaml\` checks one without a coordinator, with file, line and column of every problem.

${fields
  .filter((field) => field.fields.length > 0)
  .map(section)
  .join('\n')}`;
}
