// The package in TypeScript. A test compiles this against what `npm pack` gives.
import {
  applyOps, CompositorClient, CompositorError, EMPTY_SCENE, SceneTimeline, ViewSmoother, WallPresentation,
  type MemberReport, type Model, type PatchOp, type PlaybackState, type SceneOp, type SceneState, type TransactionResult, type View, type WallMessage,
} from '@geometryos/compositor-client';

const client = new CompositorClient({
  url: 'ws://localhost:8081/compositor', display: 'typed', settings: { width: 1920, height: 1080, fit: 'contain' },
  subscription: { cameras: ['tour'], scene: true, delivery: 'every' },
});
const smoother = new ViewSmoother({ span: 80 });
const timeline = new SceneTimeline(client, { camera: 'tour', smoother });
const stop: () => void = client.on('camera', (message) => smoother.push(message, client.now()));
client.on('drag-refused', ({ drag, error }) => console.log(drag.state, error.code));
client.on('drive-refused', ({ camera, error }) => console.log(camera, error.code));
const presentation = new WallPresentation({ screenDelay: 20 });
timeline.follow('tour', presentation);
client.on('wall', ({ members, delay }: WallMessage) => {
  for (const change of delay ?? []) presentation.delay.announce(change);
  console.log(members.map(({ display, turn }) => `${display} ${turn ?? 0}`));
});
client.on('assigned', ({ wall }) => { client.subscribe({ walls: wall === null ? [] : [wall] }); });
client.reporter = (): MemberReport => ({ wall: 'main', clock: 100, ...presentation.report() });
client.on('welcome', ({ role, limits }) => console.log(role, limits.requestsPerSecond));

const view: View = { kind: '2d', center: [0, 0], zoom: 1, rotation: 0 };
const ops: SceneOp[] = [{ op: 'put', model: { id: 'gear', uri: 'models/gear.glb' } }, { op: 'select', ids: ['gear'] }];
const patch: PatchOp = { op: 'patch', id: 'gear', position: [1, 2, 3], label: null };

export async function use(): Promise<TransactionResult> {
  const drag = client.drag({ rate: 30 });
  const taken: boolean = drag.update([patch], { camera: 'tour', view, cut: true });
  const last: TransactionResult | null = await (taken ? drag.end() : drag.cancel());
  try {
    return last ?? await client.transact(ops, { camera: { camera: 'tour', view } });
  } catch (error) {
    if (error instanceof CompositorError && error.code === 'held') return { seq: null, revision: null };
    throw error;
  }
}

export function frame(): Model | undefined {
  const smooth: View | null = smoother.sample(client.now());
  client.drive('tour', view, { time: client.now(), predict: true });
  const shown: View | null = client.predictedView('tour', smoother) ?? smooth;
  if (shown?.kind === '3d') console.log(shown.projection.type);
  if (timeline.advance(client.now())) stop();
  for (let i = 0; i < timeline.moving; i++) console.log(timeline.poses[i].id);
  const state: SceneState = applyOps(EMPTY_SCENE, ops);
  return state.models.get('gear') ?? client.scene.shown.models.get('gear');
}

export async function rewind(): Promise<PlaybackState[]> {
  const { status, marks }: PlaybackState = await client.replay('tour', 'seek', { position: 0 });
  console.log(status, marks?.from);
  return client.playbacks();
}

// @ts-expect-error there is no such action
client.replay('tour', 'rewind');
// @ts-expect-error there is no such operation
export const wrongOp: SceneOp = { op: 'move', id: 'gear' };
// @ts-expect-error there is no such event
client.on('sceen', () => {});
// @ts-expect-error a state is not changed by its readers
client.scene.models.clear();
