/**
 * The seam between Vent and a machine. `plan` is given a `HostView`, so the compiler stops it from writing; steps are
 * given a `Host`. Implementations: host/linux/ (the real one), host/fake/ (in memory, with faults), both held to
 * test/laws/host.ts. On the agent's side only host/linux/ touches node:fs, node:child_process and sockets of systemd.
 */

export interface FileStat {
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits as in documents: `0644`. */
  readonly mode: string;
  /** `user:group`, numeric where the machine has no name. */
  readonly owner: string;
  /** Bytes. */
  readonly size: number;
  /** Where a symlink points, as written. */
  readonly target?: string;
}

export interface Attributes {
  readonly mode: string;
  readonly owner: string;
}

/** Every path is absolute. Reads of what is not there give `undefined` or an empty list, never an error. */
export interface FilesView {
  read(path: string): Promise<Uint8Array | undefined>;
  /** Does not follow a symlink at the end of `path`. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in a directory, sorted. */
  list(path: string): Promise<readonly string[]>;
  /** Hex SHA-256 of a file's bytes; remembered until size, inode or times change. */
  digest(path: string): Promise<string | undefined>;
  /** Bytes left to root on the file system that holds `path` or its nearest existing parent. */
  freeBytes(path: string): Promise<number>;
  /**
   * Calls `onChange` with the name of an entry of `directory` whenever it is made, changed, renamed or removed, until the
   * signal aborts; with undefined once when the directory itself goes, after which nothing more comes.
   * @returns false when there is no such directory, or the kernel has no more watches
   */
  watch(directory: string, onChange: (name: string | undefined) => void, signal: AbortSignal): Promise<boolean>;
}

/**
 * Writes are durable when they resolve: written beside, fsynced, renamed, directory fsynced. They refuse to go through
 * a symlink in any parent (PATH_REFUSED), and report a full disk as DISK_FULL with nothing half written.
 */
export interface Files extends FilesView {
  /** Parents that are missing are made 0755 root:root. */
  write(path: string, content: Uint8Array, attributes: Attributes): Promise<void>;
  /** Adds to the end, in place: a crash can leave a part of `content`, never touch what was there. The attributes are for a file that is made. */
  append(path: string, content: Uint8Array, attributes: Attributes): Promise<void>;
  makeDirectory(path: string, attributes: Attributes): Promise<void>;
  setAttributes(path: string, attributes: Attributes): Promise<void>;
  /** Makes or replaces a symlink by rename. */
  link(path: string, target: string): Promise<void>;
  /** Streams to `path`.part, checks both figures, fsyncs, renames; resumes from an existing .part. @throws ARTIFACT_CORRUPT, DISK_FULL */
  store(
    path: string,
    open: (offset: number) => AsyncIterable<Uint8Array>,
    expected: { readonly sha256: string; readonly size: number },
    attributes: Attributes,
  ): Promise<void>;
  /** A file, link or empty directory; what is not there is no error. */
  remove(path: string): Promise<void>;
  removeTree(path: string): Promise<void>;
}

export interface UnitState {
  readonly loaded: boolean;
  readonly active: 'active' | 'activating' | 'reloading' | 'inactive' | 'deactivating' | 'failed';
  /** systemd's SubState, for messages. */
  readonly sub: string;
  /** systemd's Result, `success` when all is well. */
  readonly result: string;
  readonly enabled: boolean;
  /** The file on disk is newer than what systemd has loaded. */
  readonly needsReload: boolean;
  readonly mainPid: number;
  readonly restarts: number;
  /** VENT_INPUTS that the running process (or, for a one-shot, its last run since boot) was started with. */
  readonly inputs: string | undefined;
}

export interface UnitsView {
  /** One entry per name asked for; asked at the same time they cost one child process. */
  state(name: string): Promise<UnitState>;
  /** The last line that the unit's own processes left in the journal, at most 300 characters; undefined when there is none. */
  lastWords(name: string): Promise<string | undefined>;
}

export interface Units extends UnitsView {
  reload(): Promise<void>;
  enable(name: string): Promise<void>;
  disable(name: string): Promise<void>;
  /** Queues the job; with `block`, waits for it and throws COMMAND_FAILED with the unit's last lines when it failed. */
  start(name: string, options?: { readonly block?: boolean }): Promise<void>;
  restart(name: string, options?: { readonly block?: boolean }): Promise<void>;
  /** Waits until stopped; also clears a failed state. */
  stop(name: string): Promise<void>;
}

export interface LinkAddress {
  readonly address: string;
  readonly prefix: number;
  readonly label: string | undefined;
}

export interface Link {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** `macvlan`, `veth`, `vxlan`, ... or undefined for a physical one. */
  readonly type: string | undefined;
  /** The lower interface of a macvlan or veth in the same namespace. */
  readonly parent: string | undefined;
  /** IPv4 only, in the kernel's order. */
  readonly addresses: readonly LinkAddress[];
}

export interface Route {
  /** CIDR, or `default`. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly device: string;
  readonly source: string | undefined;
}

/** What a machine has for itself, without bridges, overlays and their routes, nor what the kernel makes of an address. */
export interface NetworkSnapshot {
  /** Arguments of `ip -4 address add`. */
  readonly addresses: readonly string[];
  /** Arguments of `ip -4 route replace`, in the kernel's order; of a route over several hops the first line only. */
  readonly routes: readonly string[];
}

export interface Chain {
  readonly family: 'ip' | 'ip6';
  readonly table: string;
  readonly name: string;
}

export interface NetworkView {
  links(): Promise<readonly Link[]>;
  /** IPv4, main table. */
  routes(): Promise<readonly Route[]>;
  snapshot(): Promise<NetworkSnapshot>;
  /** The text `nft list table` prints, or undefined when the table is not there. */
  table(family: string, name: string): Promise<string | undefined>;
  /** Every chain of iptables' own tables (raw, mangle, nat, filter) that nftables holds. */
  chains(): Promise<readonly Chain[]>;
  /**
   * Calls `onChange` with a line of text for every change of a link, an address or a route.
   * @returns resolves when nothing more comes: the signal aborted, or the kernel's word is no longer to be had
   */
  watch(onChange: (line: string) => void, signal: AbortSignal): Promise<void>;
}

export interface Network extends NetworkView {
  /** Lines of `ip -batch`, IPv4. @throws COMMAND_FAILED naming the line */
  batch(lines: readonly string[]): Promise<void>;
  /** One atomic `nft -f` transaction. */
  applyRules(text: string): Promise<void>;
  /** Removes chains of one of iptables' tables and the rules that lead there; a table that then holds no rule goes with them. */
  removeChains(family: Chain['family'], table: string, names: readonly string[]): Promise<void>;
}

export interface KernelView {
  /** Dotted key as in sysctl(8); undefined when the kernel has no such key. */
  sysctl(key: string): Promise<string | undefined>;
  /** Loaded or built in. */
  hasModule(name: string): Promise<boolean>;
}

export interface Kernel extends KernelView {
  setSysctl(key: string, value: string): Promise<void>;
  /** @throws HOST_UNSUPPORTED when it cannot be had */
  loadModule(name: string): Promise<void>;
}

export interface PackagesView {
  /** Installed version by package name; absent ones are not in the map. */
  installed(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface Packages extends PackagesView {
  /** @throws HOST_UNSUPPORTED naming the packages when no mirror has or gives them */
  install(names: readonly string[]): Promise<void>;
}

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface UsersView {
  find(name: string): Promise<User | undefined>;
}

export interface Users extends UsersView {
  create(name: string, home: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface ImagesView {
  /** SHA-256 label (`vent.sha256`) by reference for images in containerd's k8s.io namespace; undefined when containerd does not answer. */
  list(): Promise<ReadonlyMap<string, string | undefined> | undefined>;
}

export interface Images extends ImagesView {
  /** Imports the docker-archive at `path` and labels `reference` with `sha256`. */
  import(path: string, reference: string, sha256: string): Promise<void>;
  remove(reference: string): Promise<void>;
}

export interface ConnectionView {
  /** True when a TCP connection opens within `milliseconds`. */
  connects(host: string, port: number, milliseconds: number): Promise<boolean>;
  /** The status of an HTTP(S) GET, undefined when there was no answer. `trust` and `certificate` are PEM files. */
  get(
    url: string,
    options: { readonly trust?: string; readonly certificate?: string; readonly milliseconds: number },
  ): Promise<number | undefined>;
}

export interface Process {
  readonly pid: number;
  /** Of the process that waits for it; 1 when that one is gone. */
  readonly parent: number;
  readonly argv: readonly string[];
  /** Paths of its control groups, one a hierarchy. */
  readonly controlGroups: readonly string[];
  /** Clock ticks since boot: with the pid, which is given out again, it names the process. */
  readonly startedAt: string;
}

export interface ProcessesView {
  /** Every process that has arguments, so none of the kernel's. */
  list(): Promise<readonly Process[]>;
}

export interface Processes extends ProcessesView {
  /** SIGTERM, and SIGKILL for what is still there after `graceMilliseconds`; returns when all are gone. @throws DEADLINE when one cannot be killed */
  stop(processes: readonly Process[], graceMilliseconds: number): Promise<void>;
}

export interface MountsView {
  /** Mount points in the order in which they were mounted; one that was mounted over stands twice. */
  list(): Promise<readonly string[]>;
}

export interface Mounts extends MountsView {
  /** Takes the topmost mount off; one that is in use is detached, and goes when the last user does. */
  unmount(path: string): Promise<void>;
}

export interface Answer {
  readonly status: number;
  /** The body, at most 1 MiB of it. */
  readonly body: string;
}

export interface StreamedAnswer {
  readonly status: number;
  /** As it comes: nothing is read ahead of whoever takes it. @throws VentError UNAVAILABLE when it breaks off or stalls */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Connections extends ConnectionView {
  /** As `post`, for an answer of any length. @param options `milliseconds` in which something must come, each time */
  stream(
    url: string,
    body: string,
    options: { readonly trust?: string; readonly certificate?: string; readonly milliseconds: number },
  ): Promise<StreamedAnswer | undefined>;
  /** An HTTP(S) POST of JSON, undefined when there was no whole answer. `trust` and `certificate` are PEM files. */
  post(
    url: string,
    body: string,
    options: { readonly trust?: string; readonly certificate?: string; readonly milliseconds: number },
  ): Promise<Answer | undefined>;
}

export interface HostView {
  readonly files: FilesView;
  readonly units: UnitsView;
  readonly network: NetworkView;
  readonly kernel: KernelView;
  readonly packages: PackagesView;
  readonly users: UsersView;
  readonly images: ImagesView;
  readonly connections: ConnectionView;
  readonly processes: ProcessesView;
  readonly mounts: MountsView;
}

export interface Host extends HostView {
  readonly files: Files;
  readonly units: Units;
  readonly network: Network;
  readonly kernel: Kernel;
  readonly packages: Packages;
  readonly users: Users;
  readonly images: Images;
  readonly processes: Processes;
  readonly mounts: Mounts;
  readonly connections: Connections;
}
