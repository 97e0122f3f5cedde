import { parseTemplate } from '../../../../domain/command/output/format-template';
import { parseRowTemplate, renderColumns, renderRows } from '../../../../domain/command/output/table';

const columns = [
  { field: 'ID', header: 'CONTAINER ID' },
  { field: 'Names', header: 'NAMES' },
  { field: 'Ports', header: 'PORTS' },
];
const rows = [
  { ID: 'a1b2c3d4e5f6', Names: 'web', Ports: '80/tcp' },
  { ID: 'cafe', Names: 'a-much-longer-name', Ports: '' },
];

test('columns are as wide as their widest cell and three blanks, and at least ten', () => {
  expect(renderColumns(columns, rows)).toBe(
    'CONTAINER ID   NAMES                PORTS\n' +
      'a1b2c3d4e5f6   web                  80/tcp\n' +
      'cafe           a-much-longer-name   \n',
  );
  expect(renderColumns(columns.slice(1), [{ Names: 'x', Ports: 'y' }])).toBe('NAMES     PORTS\nx         y\n');
});

test('a template gives a line a row', () => {
  expect(renderRows(parseTemplate('{{.Names}}: {{.ID}}'), columns, rows)).toBe(
    'web: a1b2c3d4e5f6\na-much-longer-name: cafe\n',
  );
});

test('a table template gets the headers of its fields', () => {
  expect(renderRows(parseTemplate('table {{.Names}}\\t{{.ID}}'), columns, rows)).toBe(
    'NAMES                CONTAINER ID\n' + 'web                  a1b2c3d4e5f6\n' + 'a-much-longer-name   cafe\n',
  );
});

test('json prints every field of a row', () => {
  expect(renderRows(parseRowTemplate('json', columns), columns, rows.slice(0, 1))).toBe(
    '{"ID":"a1b2c3d4e5f6","Names":"web","Ports":"80/tcp"}\n',
  );
});

test.each(['{{.Env}}', '{{.Names.Inner}}', '{{.names}}', 'table {{json .}}', '{{json .Env}}'])(
  '%p is refused',
  (format) => {
    expect(() => parseRowTemplate(format, columns)).toThrow(expect.objectContaining({ code: 'COMMAND_FLAG_VALUE' }));
  },
);
