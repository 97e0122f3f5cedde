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
  '{{range .List}}',
  '{{end}}',
  '{{if}}x{{end}}',
  '{{html_ .Name}}',
  '{{template "x"}}',
  '{{define "x"}}',
  '{{json .Name .State}}',
  '{{json}}',
  '{{json.Name}}',
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

const VALUE = { Name: 'web', List: ['a', 'b'], Map: { a: '1', b: '2' }, State: { Status: 'running', Running: true }, Empty: [], Id: '0123456789abcdef' };
test.each([
  ['{{range .List}}<{{.}}>{{end}}', '<a><b>'],
  ['{{range $k, $v := .Map}}{{$k}}={{$v}} {{end}}', 'a=1 b=2 '],
  ['{{range $i, $e := .List}}{{if $i}}, {{end}}{{$e}}{{end}}', 'a, b'],
  ['{{range .Empty}}x{{else}}none{{end}}', 'none'],
  ['{{with .State}}{{.Status}}{{end}}', 'running'],
  ['{{if .State.Running}}up{{else}}down{{end}}', 'up'],
  ['{{if eq .Name "db"}}1{{else if eq .Name "web"}}2{{else}}3{{end}}', '2'],
  ['{{if and .Name (not .Empty)}}yes{{end}}', 'yes'],
  ['{{index .Map "a"}}', '1'],
  ['{{(index .List 1)}}', 'b'],
  ['{{printf "%-5s|%s" .Name .State.Status}}', 'web  |running'],
  ['{{.Name | upper | printf "%q"}}', '"WEB"'],
  ['{{json .Map}}', '{"a":"1","b":"2"}'],
  ['{{.Map | json}}', '{"a":"1","b":"2"}'],
  ['{{join .List "-"}} {{len .List}}', 'a-b 2'],
  ['{{slice .Id 0 4}}', '0123'],
  ['{{$n := .Name}}{{range .List}}{{$n}}{{.}}{{end}}', 'webawebb'],
  ['{{$n := "x"}}{{range .List}}{{$n = .}}{{end}}{{$n}}', 'b'],
  ['{{range .List}}{{$.Name}} {{end}}', 'web web '],
  ['a {{- .Name -}} b', 'awebb'],
  ['{{/* said to nobody */}}{{println .Name}}', 'web\n'],
  ['{{range .List}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a'],
])('%s prints as Go prints it', (format, printed) => {
  expect(renderTemplate(parseTemplate(format), VALUE)).toBe(printed);
});

test('loops in loops over long lists are cut off', () => {
  const long = { List: Array.from({ length: 1000 }, (_, at) => String(at)) };
  const template = parseTemplate('{{range $.List}}{{range $.List}}{{range $.List}}x{{end}}{{end}}{{end}}');
  expect(() => renderTemplate(template, long)).toThrow(expect.objectContaining({ code: 'COMMAND_FLAG_VALUE' }));
});
