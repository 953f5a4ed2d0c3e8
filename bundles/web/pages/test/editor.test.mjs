import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOps, EMPTY_SCENE } from '../../client/compositor-client.js';
import { Editor } from '../stage/editor.js';

/** A scene that takes everything at once, or refuses everything. */
function scene() {
  const client = {
    welcome: { role: 'control' }, refuse: null, sent: [],
    scene: { known: true, shown: EMPTY_SCENE },
    async transact(ops) {
      if (this.refuse !== null) throw Object.assign(new Error('no'), { code: this.refuse });
      this.sent.push(ops);
      this.scene.shown = applyOps(this.scene.shown, ops);
    },
  };
  const told = [];
  const editor = new Editor(client, (level, text, code, actions) => told.push({ level, text, code, actions }));
  return { client, editor, told, ids: () => [...client.scene.shown.models.keys()] };
}

test('what is added has a name that is free, is selected, and goes by undo', async () => {
  const { editor, client, ids } = scene();
  await editor.add('models/My gear.glb', [1, 2, 3]);
  await editor.add('models/My gear.glb', [0, 0, 0]);
  assert.deepEqual(ids(), ['My-gear-1', 'My-gear-2']);
  assert.deepEqual([...client.scene.shown.selected], ['My-gear-2']);
  assert.equal(editor.undo(), true);
  await Promise.resolve();
  assert.deepEqual(ids(), ['My-gear-1']);
});

test('what is removed comes back as it was, selected', async () => {
  const { editor, client, told, ids } = scene();
  await editor.add('models/a.glb', [1, 0, 0]);
  editor.patch('a-1', { label: 'Name', visible: false });
  await Promise.resolve();
  await editor.removeSelected();
  assert.deepEqual(ids(), []);
  told.at(-1).actions[0].run();
  await Promise.resolve();
  const { label, visible, position } = client.scene.shown.models.get('a-1');
  assert.deepEqual([label, visible, [...position]], ['Name', false, [1, 0, 0]]);
  assert.deepEqual([...client.scene.shown.selected], ['a-1']);
});

test('what was taken back is done again, until something else is done', async () => {
  const { editor, client, ids } = scene();
  const settled = async (done) => { assert.equal(done, true); await Promise.resolve(); };
  await editor.add('models/a.glb', [0, 0, 0]);
  editor.patch('a-1', { label: 'Name' });
  await Promise.resolve();
  await settled(editor.undo());
  await settled(editor.undo());
  assert.deepEqual(ids(), []);
  await settled(editor.redo());
  assert.deepEqual([...client.scene.shown.selected], ['a-1']);
  await settled(editor.redo());
  assert.equal(client.scene.shown.models.get('a-1').label, 'Name');
  assert.equal(editor.redo(), false);
  await settled(editor.undo());
  assert.equal(client.scene.shown.models.get('a-1').label, null);
  editor.patch('a-1', { visible: false });
  await Promise.resolve();
  assert.equal(editor.redo(), false);
});

test('models that were removed and taken back can be removed again', async () => {
  const { editor, client, ids } = scene();
  await editor.add('models/a.glb', [0, 0, 0]);
  await editor.add('models/b.glb', [0, 0, 0]);
  editor.select(['a-1', 'b-1']);
  await Promise.resolve();
  await editor.removeSelected();
  editor.undo();
  await Promise.resolve();
  assert.deepEqual([...client.scene.shown.selected].sort(), ['a-1', 'b-1']);
  editor.redo();
  await Promise.resolve();
  assert.deepEqual(ids(), []);
  editor.undo();
  await Promise.resolve();
  assert.deepEqual([...client.scene.shown.selected].sort(), ['a-1', 'b-1']);
});

test('new models stand beside one another', async () => {
  const { editor, client } = scene();
  const wide = { min: [-1, 0, -0.5], max: [1, 2, 0.5] };
  const boundsOf = () => wide;
  for (let i = 0; i < 3; i++) await editor.add('models/a.glb', [4, 0, 0], wide, boundsOf);
  const places = [...client.scene.shown.models.values()].map(({ position }) => position[0]);
  assert.deepEqual(places, [4, 6, 8]);
  editor.patch('a-2', { scale: [3, 3, 3] });
  await Promise.resolve();
  await editor.add('models/a.glb', [4, 0, 0], wide, boundsOf);
  assert.deepEqual([...client.scene.shown.models.get('a-4').position], [10, 0, 0]);
  await editor.add('models/unknown.glb', [0, 0, 9]);
  assert.deepEqual([...client.scene.shown.models.get('unknown-1').position], [0, 0, 9]);
});

test('what was refused is told, and there is nothing to undo', async () => {
  const { editor, client, told } = scene();
  client.refuse = 'limit';
  await editor.add('models/a.glb', [0, 0, 0]);
  assert.deepEqual(told.map(({ level, code }) => [level, code]), [['warning', 'limit']]);
  assert.equal(editor.undo(), false);
});

test('who may only look changes nothing', async () => {
  const { editor, client } = scene();
  client.welcome.role = 'view';
  assert.equal(editor.allowed, false);
  editor.select(['x']);
  await editor.removeSelected();
  assert.deepEqual(client.sent, []);
});

test('undo remembers fifty deeds', () => {
  const { editor } = scene();
  for (let i = 0; i < 60; i++) editor.remember([{ op: 'remove', id: String(i) }]);
  assert.equal(editor.past.length, 50);
  assert.equal(editor.past[0][0].id, '10');
});
