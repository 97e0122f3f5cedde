import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { openDockerWorld, type DockerWorld } from '../../support/docker-world';
import { until } from '../../support/until';
import { openBotWorld, type BotWorld } from './bot-world';

const OPS = -5001;
const ALICE = 1001;

/** Between bot and API; cut, it lets nothing through. */
class Wire {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  constructor(private readonly to: number) {}

  async open(): Promise<string> {
    this.server = createServer((socket) => {
      const beyond = connect(this.to, '127.0.0.1');
      for (const end of [socket, beyond]) {
        this.sockets.add(end);
        end.on('error', () => undefined);
        end.on('close', () => [socket, beyond].forEach((other) => other.destroy()));
      }
      socket.pipe(beyond).pipe(socket);
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return `http://127.0.0.1:${String(this.port)}`;
  }

  async cut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await new Promise<void>((resolve) => (this.server === null ? resolve() : this.server.close(() => resolve())));
    this.server = null;
  }
}

describe('what comes of an approval in Telegram', () => {
  let docker: DockerWorld;
  let world: BotWorld;
  let wire: Wire;
  let web: string;

  beforeAll(async () => {
    docker = await openDockerWorld();
    web = docker.name('web');
    await docker.createContainer({ name: web, cmd: ['sleep', '100000'] });
    world = await openBotWorld({ environments: ['dev'] });
    wire = new Wire(Number(new URL(world.stack.url).port));
    await world.startBot({ url: await wire.open() });
    await world.link('alice', ALICE, OPS);
    await until('the gateway sees its engine', async () => (await world.stack.call('GET', '/gateway/health', world.stack.operator_key)).body['status'] === 'healthy');
  });
  afterAll(async () => {
    await world?.close();
    await wire?.cut();
    await docker?.close();
  });

  it('stands on the card when the gateway has done it', async () => {
    const id = await until('the container is known', async () => {
      const { body } = await world.stack.call('POST', '/policy/explain', world.stack.operator_key, { worker_id: 'agent-1', task_name: 'dry', instruction: 'x', deployment_env: 'dev', commands: [`docker restart ${web}`] });
      return JSON.stringify(body['card'] ?? '').includes('busybox') ? world.ask([`docker restart -t 0 ${web}`], { execute: true }) : null;
    });
    const card = await world.card(id, OPS);
    world.telegram.press(card, 'Approve', ALICE);
    await until('the result stands there', () => card.text.includes('APPROVED by alice') && card.text.includes('Step 1 SUCCEEDED, exit 0'), 30_000);
    expect(world.cards(id, OPS)).toHaveLength(1);
  });

  it('reaches people also after the API was away', async () => {
    const known = await world.ask([`docker stop ${web}`]);
    const card = await world.card(known, OPS);
    await wire.cut();
    world.telegram.press(card, 'Approve', ALICE);
    await until('the tap is answered', () => world.telegram.answers.some(({ text }) => String(text).includes('does not answer now')));
    expect(await world.statusOf(known)).toBe('PENDING');
    await world.stack.call('POST', `/approvals/${known}/reject`, world.stack.reviewer_key, {});
    const missed = await world.ask([`docker kill ${web}`]);
    await wire.open();
    await world.card(missed, OPS);
    await until('the old card is edited', () => card.text.includes('REJECTED by owner'), 30_000);
    expect([world.cards(known, OPS).length, world.cards(missed, OPS).length]).toEqual([1, 1]);
  });
});
