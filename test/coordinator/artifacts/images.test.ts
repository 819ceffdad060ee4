import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { extract, type Header } from 'tar-stream';
import * as z from 'zod';
import { busyboxImage, corednsImage, packImage, pauseImage } from '../../../coordinator/artifacts/images.ts';

interface Member {
  readonly header: Header;
  readonly body: Buffer;
}

async function unpack(tar: Uint8Array): Promise<ReadonlyMap<string, Member>> {
  const entries = extract();
  entries.end(tar);
  const members = new Map<string, Member>();
  for await (const entry of entries) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    members.set(entry.header.name, { header: entry.header, body: Buffer.concat(chunks) });
  }
  return members;
}

const manifestSchema = z.tuple([
  z.strictObject({ Config: z.string(), RepoTags: z.array(z.string()), Layers: z.tuple([z.string()]) }),
]);
const configSchema = z.object({
  architecture: z.string(),
  created: z.string(),
  config: z.object({ Cmd: z.array(z.string()).optional(), Entrypoint: z.array(z.string()).optional() }).loose(),
  rootfs: z.object({ diff_ids: z.tuple([z.string()]) }),
});

async function open(archive: Uint8Array) {
  const outer = await unpack(archive);
  const bodyOf = (name: string): Buffer => outer.get(name)?.body ?? Buffer.alloc(0);
  const [manifest] = manifestSchema.parse(JSON.parse(bodyOf('manifest.json').toString()));
  const config = configSchema.parse(JSON.parse(bodyOf(manifest.Config).toString()));
  const layer = bodyOf(manifest.Layers[0]);
  return { outer, manifest, config, layer, files: await unpack(layer) };
}

const busybox = Buffer.from('a static binary');

describe('a packed image', () => {
  it('is the same bytes each time, without a clock or an owner in it', async () => {
    const image = (): ReturnType<typeof busyboxImage> =>
      busyboxImage('1', 'x64', busybox, ['sh', 'ls', 'sh', 'busybox']);
    const packed = await packImage(image());
    assert.deepEqual(await packImage({ ...image(), files: image().files.toReversed() }), packed);
    const { outer, files } = await open(packed);
    for (const { header } of [...outer.values(), ...files.values()]) {
      assert.deepEqual([header.mtime.getTime(), header.uid, header.gid], [0, 0, 0], header.name);
    }
  });

  it('names its layer and its configuration by their digests', async () => {
    const { manifest, config, layer, outer } = await open(await packImage(pauseImage('1.0.0', 'x64', busybox)));
    const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    assert.equal(manifest.Layers[0], `${digest(layer)}.tar`);
    assert.deepEqual(config.rootfs.diff_ids, [`sha256:${digest(layer)}`]);
    assert.equal(manifest.Config, `${digest(outer.get(manifest.Config)?.body ?? layer)}.json`);
  });

  it('speaks of architectures as images do', async () => {
    const { config } = await open(await packImage(pauseImage('1.0.0', 'arm64', busybox)));
    assert.equal(config.architecture, 'arm64');
    assert.equal((await open(await packImage(pauseImage('1.0.0', 'x64', busybox)))).config.architecture, 'amd64');
  });
});

describe('the images of a cluster', () => {
  it('have a pause that sleeps, under the reference that containerd is told', async () => {
    const { manifest, config, files } = await open(await packImage(pauseImage('1.0.0', 'x64', busybox)));
    assert.deepEqual(manifest.RepoTags, ['vent.local/pause:1.0.0']);
    assert.deepEqual(config.config.Cmd, ['/bin/sleep', '2147483647']);
    assert.equal(files.get('bin/sleep')?.header.linkname, 'busybox');
    assert.deepEqual(files.get('bin/busybox')?.body, busybox);
    assert.equal(files.get('bin/busybox')?.header.mode, 0o755);
  });

  it('have a busybox with a link for each applet and a place to write', async () => {
    const { files } = await open(await packImage(busyboxImage('1', 'x64', busybox, ['nc', 'sh', 'busybox'])));
    for (const applet of ['nc', 'sh']) assert.equal(files.get(`bin/${applet}`)?.header.type, 'symlink', applet);
    assert.equal(files.get('bin/busybox')?.header.type, 'file');
    assert.equal(files.get('tmp')?.header.mode, 0o1777);
  });

  it('have a CoreDNS that is its entry point', async () => {
    const { manifest, config, files } = await open(await packImage(corednsImage('1.15.0', 'x64', Buffer.from('dns'))));
    assert.deepEqual(manifest.RepoTags, ['vent.local/coredns:1.15.0']);
    assert.deepEqual(config.config.Entrypoint, ['/coredns']);
    assert.equal(files.get('coredns')?.body.toString(), 'dns');
  });
});
