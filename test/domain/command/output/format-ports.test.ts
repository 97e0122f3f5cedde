import { formatPorts } from '../../../../domain/command/output/format-ports';

test('published ports are in the order of container ports, then of addresses', () => {
  expect(
    formatPorts([
      { IP: '0.0.0.0', PrivatePort: 443, PublicPort: 8443, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { PrivatePort: 53, Type: 'udp' },
    ]),
  ).toEqual(['53/udp', '0.0.0.0:8080->80/tcp', '[::]:8080->80/tcp', '0.0.0.0:8443->443/tcp']);
});
