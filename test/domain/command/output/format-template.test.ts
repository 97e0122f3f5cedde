import { missingPath, parseTemplate, renderTemplate } from '../../../../domain/command/output/format-template';

const value = {
  Name: '/web',
  Size: 12,
  Ratio: 0.5,
  Running: true,
  Error: null,
  List: ['a', 'b'],
  Empty: [],
  State: { Status: 'running', Health: { Status: 'healthy' } },
  Map: { b: '2', a: '1', inner: { x: [1] } },
};
const rendered = (format: string): string => renderTemplate(parseTemplate(format), value);

test.each([
  ['{{.Name}}', '/web'],
  ['{{ .Name }}', '/web'],
  ['{{.State.Status}}', 'running'],
  ['{{.State.Health.Status}}', 'healthy'],
  ['name: {{.Name}} | {{.Size}} -> {{.Ratio}}', 'name: /web | 12 -> 0.5'],
  ['{{.Name}}\\t{{.Running}}\\n', '/web\ttrue\n'],
  ['{{.Error}}', '<nil>'],
  ['{{.List}} {{.Empty}}', '[a b] []'],
  ['{{.Map}}', 'map[a:1 b:2 inner:map[x:[1]]]'],
  ['{{json .State}}', '{"Status":"running","Health":{"Status":"healthy"}}'],
  ['{{json .Name}}', '"/web"'],
  ['{{json .Nothing}}', 'null'],
  ['{{.Nothing}}', '<no value>'],
  ['{{.constructor}}{{.__proto__}}', '<no value><no value>'],
  ['plain }} text', 'plain }} text'],
  ['json', JSON.stringify(value)],
  ['{{json .}}', JSON.stringify(value)],
])('%p prints %p', (format, expected) => {
  expect(rendered(format)).toBe(expected);
});

test.each([
  '',
  ' ',
  'table ',
  '{{.Name',
  '{{',
  '{{}}',
  '{{.}}',
  '{{Name}}',
  '{{.Name.}}',
  '{{..Name}}',
  '{{-.Name-}}',
  '{{- .Name -}}',
  '{{range .List}}{{.}}{{end}}',
  '{{with .State}}{{.Status}}{{end}}',
  '{{if .Running}}x{{end}}',
  '{{$x := .Name}}',
  '{{index .Map "a"}}',
  '{{printf "%s" .Name}}',
  '{{.Name | json}}',
  '{{(.Name)}}',
  '{{template "x"}}',
  '{{define "x"}}',
  '{{/* c */}}',
  '{{"text"}}',
  '{{`text`}}',
  '{{json .Name .State}}',
  '{{json}}',
  '{{json.Name}}',
  '{{println .Name}}',
  '{{call .F}}',
  '{{.Name}}{{.Map.a-b}}',
  '{{{.Name}}}',
  '{{.Ñame}}',
])('%p is refused', (format) => {
  expect(() => parseTemplate(format)).toThrow(expect.objectContaining({ code: 'COMMAND_FLAG_VALUE' }));
});

test('a leading "table" asks for columns', () => {
  expect(parseTemplate('table {{.Name}}\\t{{.Size}}')).toEqual({
    table: true,
    parts: [{ path: ['Name'], json: false }, { text: '\t' }, { path: ['Size'], json: false }],
  });
});

test('the first path that is not there is named', () => {
  expect(missingPath(parseTemplate('{{.Name}} {{.State.Healthy.Status}}'), value)).toBe('.State.Healthy.Status');
  expect(missingPath(parseTemplate('{{.Name}} {{.Error}}'), value)).toBeNull();
});
