import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Host } from '../../../../agent/host/host.ts';
import type { Commands } from '../../../../agent/host/linux/commands.ts';
import { createLinuxHost } from '../../../../agent/host/linux/host.ts';
import { VentError } from '../../../../shared/errors.ts';
import { createFakeClock } from '../../../../shared/fake-clock.ts';

interface Machine {
  readonly host: Host;
  readonly root: string;
  readonly calls: string[];
}

/** A tree with these files, and programs that fail when their first word is listed. */
async function withMachine(
  files: Readonly<Record<string, string | Uint8Array>>,
  test: (machine: Machine) => Promise<void>,
  failing: readonly string[] = [],
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'vent-machine-'));
  const calls: string[] = [];
  const run: Commands['run'] = async (program, argv) => {
    calls.push([program, ...argv].join(' '));
    if (failing.includes(program)) throw new VentError('COMMAND_FAILED', `cannot run "${program}"`);
    return { code: 0, stdout: '' };
  };
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(root + path), { recursive: true });
      await writeFile(root + path, content);
    }
    await test({
      host: createLinuxHost({ root, clock: createFakeClock(), commands: { run, follow: async () => undefined } }),
      root,
      calls,
    });
  } finally {
    await rm(root, { recursive: true });
  }
}

describe('the kernel of a Linux host', () => {
  it('reads and sets keys, an interface name with a dot written with a slash', () =>
    withMachine(
      { '/proc/sys/net/ipv4/ip_forward': '0\n', '/proc/sys/net/ipv4/conf/bond0.7/arp_ignore': '0\n' },
      async ({ host, root }) => {
        assert.equal(await host.kernel.sysctl('net.ipv4.ip_forward'), '0');
        assert.equal(await host.kernel.sysctl('net.ipv4.no_such_key'), undefined);
        await host.kernel.setSysctl('net.ipv4.conf.bond0/7.arp_ignore', '1');
        assert.equal(await readFile(`${root}/proc/sys/net/ipv4/conf/bond0.7/arp_ignore`, 'utf8'), '1\n');
        await assert.rejects(host.kernel.setSysctl('net.ipv4.no_such_key', '1'), { code: 'HOST_UNSUPPORTED' });
      },
    ));

  it('finds modules that are loaded, listed as built in, known as a file system or built into the configuration', () =>
    withMachine(
      {
        '/proc/sys/kernel/osrelease': '6.1.0-9\n',
        '/sys/module/vxlan/refcnt': '0',
        '/lib/modules/6.1.0-9/modules.builtin': 'kernel/drivers/net/nf-other.ko\n',
        '/proc/filesystems': 'nodev\tproc\nnodev\toverlay\n\text4\n',
        '/proc/config.gz': gzipSync('CONFIG_MACVLAN=y\nCONFIG_BRIDGE_NETFILTER=y\nCONFIG_DUMMY=m\n'),
      },
      async ({ host }) => {
        for (const name of ['vxlan', 'nf_other', 'overlay', 'macvlan', 'br_netfilter'])
          assert.equal(await host.kernel.hasModule(name), true, name);
        for (const name of ['dummy', 'nf_conntrack', 'wireguard'])
          assert.equal(await host.kernel.hasModule(name), false, name);
      },
    ));

  it('names the module that cannot be had', () =>
    withMachine(
      {},
      ({ host }) =>
        assert.rejects(host.kernel.loadModule('dummy'), { code: 'HOST_UNSUPPORTED', message: /module dummy/ }),
      ['modprobe'],
    ));
});

describe('packages and users of a Linux host', () => {
  it('names the packages that no mirror gives', () =>
    withMachine(
      {},
      ({ host }) =>
        assert.rejects(host.packages.install(['conntrack', 'socat']), {
          code: 'HOST_UNSUPPORTED',
          message: /conntrack, socat: no mirror/,
        }),
      ['apt-get'],
    ));

  it('knows users by the machine’s own list, and makes them without a shell', () =>
    withMachine({ '/etc/passwd': 'etcd:x:123:456::/var/lib/etcd:/bin/false\n' }, async ({ host, calls }) => {
      const user = { name: 'etcd', uid: 123, gid: 456, home: '/var/lib/etcd' };
      assert.deepEqual(await host.users.find('etcd'), user);
      assert.equal(await host.users.find('flannel'), undefined);
      await host.users.create('flannel', '/var/lib/flannel');
      assert.match(calls[0] ?? '', /^useradd --system .*nologin -- flannel$/);
    }));
});

describe('connections and images of a Linux host', () => {
  async function listen(): Promise<{ server: Server; port: number }> {
    const server = createServer((request, response) => response.writeHead(request.url === '/readyz' ? 200 : 403).end());
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    return { server, port: (server.address() as AddressInfo).port };
  }

  it('tells an open port, a closed one, and the status of a page', () =>
    withMachine({}, async ({ host: { connections } }) => {
      const { server, port } = await listen();
      assert.equal(await connections.connects('127.0.0.1', port, 1000), true);
      assert.equal(await connections.get(`http://127.0.0.1:${port}/readyz`, { milliseconds: 1000 }), 200);
      assert.equal(await connections.get(`http://127.0.0.1:${port}/other`, { milliseconds: 1000 }), 403);
      server.close();
      server.closeAllConnections();
      assert.equal(await connections.connects('127.0.0.1', port, 1000), false);
      assert.equal(await connections.get(`http://127.0.0.1:${port}/readyz`, { milliseconds: 1000 }), undefined);
    }));

  it('posts JSON and gives the whole answer', () =>
    withMachine({}, async ({ host: { connections } }) => {
      const server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const type = request.headers['content-type'];
        response.writeHead(request.url === '/large' ? 200 : 412);
        response.end(
          request.url === '/large' ? Buffer.alloc(2 << 20) : `${request.method} ${type} ${Buffer.concat(chunks)}`,
        );
      });
      const { promise, resolve } = Promise.withResolvers<void>();
      server.listen(0, '127.0.0.1', resolve);
      await promise;
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const options = { milliseconds: 2000 };
      assert.deepEqual(await connections.post(`${base}/x`, '{"a":"ü"}', options), {
        status: 412,
        body: 'POST application/json {"a":"ü"}',
      });
      assert.equal(await connections.post(`${base}/large`, '{}', options), undefined);
      server.close();
      server.closeAllConnections();
      assert.equal(await connections.post(`${base}/x`, '{}', options), undefined);
    }));

  it('streams an answer of any length as it is taken, and says when it breaks off or stalls', () =>
    withMachine({}, async ({ host: { connections } }) => {
      const server = createServer((request, response) => {
        response.write(Buffer.alloc(3 << 20));
        if (request.url === '/whole') response.end();
        if (request.url === '/cut') setImmediate(() => response.destroy());
      });
      const { promise, resolve } = Promise.withResolvers<void>();
      server.listen(0, '127.0.0.1', resolve);
      await promise;
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const read = async (path: string): Promise<number | undefined> => {
        const answer = await connections.stream(`${base}${path}`, '{}', { milliseconds: 300 });
        let size = 0;
        for await (const bytes of answer?.body ?? []) size += bytes.length;
        return answer && size;
      };
      assert.equal(await read('/whole'), 3 << 20);
      await assert.rejects(read('/cut'), { code: 'UNAVAILABLE' });
      await assert.rejects(read('/stalls'), { code: 'UNAVAILABLE' });
      server.close();
      server.closeAllConnections();
      assert.equal(await read('/whole'), undefined);
    }));

  it('gives no answer where the certificate to show is not there yet', () =>
    withMachine({}, async ({ host: { connections } }) => {
      const options = { certificate: '/etc/kubernetes/none.pem', milliseconds: 1000 };
      assert.equal(await connections.get('https://127.0.0.1:1/', options), undefined);
    }));

  it('does not ask a containerd that is not there', () =>
    withMachine({}, async ({ host, calls }) => {
      assert.equal(await host.images.list(), undefined);
      assert.deepEqual(calls, []);
    }));
});
