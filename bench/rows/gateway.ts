/** From the decision to the result of the step, against the same act by the Docker client and a bare workflow of one activity. */
import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { oneActivity } from '../floor-workflows';
import { latency } from '../measure';
import type { Side } from '../side';
import { openProduct } from '../product';
import { planOf, type Row } from '../row';

const IMAGE = 'wingman-demo:1';

export const gatewayRows: readonly Row[] = [
  {
    id: 'B4', subject: 'approved step through the gateway, decision to result', floor: 'the Docker call by dockerode + a bare workflow of one activity', better: 'less', target: 1.15, stretch: 1.08,
    async measure(bench) {
      const world = await bench.world();
      const bare = await world.floor();
      const docker = new Docker({ socketPath: process.env['WINGMAN_DOCKER_SOCKET'] ?? '/var/run/docker.sock' });
      // One for each side: a container that the other restarts meanwhile is not what the card was made of.
      const newContainer = async () => {
        const name = `bench-${randomUUID().slice(0, 8)}`;
        return { name, container: await docker.createContainer({ name, Image: IMAGE, Cmd: ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done'] }) };
      };
      const [bareOne, ours] = [await newContainer(), await newContainer()];
      try {
        for (const { container } of [bareOne, ours]) await container.start();
        const floor: Side = {
          async once() {
            await bareOne.container.restart({ t: 0 });
            await bare.client.workflow.execute(oneActivity, { workflowId: randomUUID(), taskQueue: bare.queue, args: [] });
          },
        };
        const subject = bench.floorVsFloor ? floor : await throughGateway();
        return await latency(subject, floor, planOf(bench, 4, 40));
      } finally {
        for (const { container } of [bareOne, ours]) await container.remove({ force: true });
      }

      async function throughGateway(): Promise<Side> {
        const product = await openProduct(world, { gateway: true });
        const pending: string[] = [];
        // The inventory of the gateway has to know the container before a card can be made.
        for (let known = false; !known; ) {
          const { request } = await product.call<{ request: { targets?: readonly { id: string | null }[] } }>('POST', '/approvals/request', product.agent_key, {
            worker_id: 'agent-1', task_name: `look ${randomUUID()}`, instruction: 'Look.', commands: [`docker restart -t 0 ${ours.name}`], deployment_env: 'dev',
          });
          known = JSON.stringify(request).includes(ours.container.id);
          if (!known) await new Promise((done) => setTimeout(done, 50));
        }
        return {
          async prepare(operations) {
            for (let index = 0; index < operations; index += 1) pending.push(await product.askPending(true, `docker restart -t 0 ${ours.name}`));
          },
          async once() {
            const id = pending.pop() ?? '';
            await product.approve(id);
            for (;;) {
              const { execution_status } = await product.call<{ execution_status: string | null }>('GET', `/approvals/${id}`, product.agent_key);
              if (execution_status === 'SUCCEEDED') return;
              if (execution_status !== null && execution_status !== 'RUNNING') throw new Error(`the step ended ${execution_status}`);
              await new Promise((done) => setTimeout(done, 2));
            }
          },
        };
      }
    },
  },
];
