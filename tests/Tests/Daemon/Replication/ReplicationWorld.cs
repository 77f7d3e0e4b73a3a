using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Clocks;
using NodeAgent.Plugins.DirectoryBackend;
using NodeAgent.Tests.Plugins.DirectoryBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>
/// A writer n1 and copies on n2 and n3, on real Directory backends in one folder, driven cycle by cycle. Opening it
/// again over the same folder is what a restart after a kill finds.
/// </summary>
public sealed class ReplicationWorld : ICopyDirectory, IAsyncDisposable
{
    public static readonly UnitId Unit = new(new BackendId("dir"), "db");
    public static readonly NodeId Writer = new("n1");
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly string root;
    private readonly ManualTimeProvider time;
    private readonly Dictionary<string, DirectoryStorage> storages = [];
    private readonly Dictionary<NodeId, NearbyCopies> hosts = [];
    private readonly Dictionary<NodeId, (UnitRegistry Registry, LocalCopies Copies)> keepers = [];
    private readonly ConcurrentDictionary<NodeId, CopyReport> reports = new();
    private readonly UnitCycle cycle;
    private readonly ReplicatedBackend writing;

    public ReplicationWorld(string root, ManualTimeProvider time, KillSwitch? kill = null, int copies = 1)
    {
        this.root = root;
        this.time = time;
        kill ??= new KillSwitch();
        var journal = FileOperationJournal.Load(Path.Combine(root, "n1", "operations"), time, out var problems);
        Assert.IsEmpty(problems);
        Journal = journal;
        Registry = UnitRegistry.Load(Path.Combine(root, "n1", "units")).Value;
        for (var number = 2; number < 2 + copies; number++)
        {
            var node = new NodeId($"n{number}");
            var registry = UnitRegistry.Load(Path.Combine(root, node.Value, "units")).Value;
            keepers[node] = (registry, new LocalCopies(node, registry, _ => Backend(node, kill)));
            hosts[node] = new NearbyCopies(keepers[node].Copies, Writer);
        }

        writing = Backend(Writer, kill);
        Own = new NearbyCopies(new LocalCopies(Writer, Registry, _ => writing), Writer);
        cycle = new UnitCycle(writing, new KillableJournal(journal, kill), new StreamBoard(), this) { Records = Registry.Find };
    }

    public FileOperationJournal Journal { get; }

    /// <summary>Snapshots that a listing of n1 leaves out, as one does that lost a volume they were made of.</summary>
    public ISet<string> Incomplete { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>True if the folder goes with the world.</summary>
    public bool OwnsFolder { get; init; }

    public UnitRegistry Registry { get; }

    /// <summary>The cycle of n1.</summary>
    public UnitCycle Cycle => cycle;

    /// <summary>The loop of n1, as the agent has it.</summary>
    public ReplicationLoop Loop(int concurrency = 2) =>
        new(Writer, Registry, _ => writing, _ => cycle, new BootClock(time), time, concurrency);

    public UnitRecord Record => Registry.Find(Unit)!;

    public NearbyCopies Copy(int number = 2) => hosts[new NodeId($"n{number}")];

    /// <summary>n1, as the others see it.</summary>
    public NearbyCopies Own { get; }

    /// <summary>What a node with a copy keeps.</summary>
    public (UnitRegistry Registry, LocalCopies Copies) Keeper(int number) => keepers[new NodeId($"n{number}")];

    public IBackend Backend(string node = "n1") => Storage(new NodeId(node));

    public IVolumes Volumes(string node = "n1") => Storage(new NodeId(node)).Ability<IVolumes>()!;

    public ISnapshots Snapshots(string node = "n1") => Storage(new NodeId(node)).Ability<ISnapshots>()!;

    public IReplicationStreams Streams(string node = "n1") => Storage(new NodeId(node)).Ability<IReplicationStreams>()!;

    public IRoles Roles(string node = "n1") => Storage(new NodeId(node)).Ability<IRoles>()!;

    /// <summary>Makes the unit with two volumes, to be copied to all copies.</summary>
    public async Task CreateAsync(int keepSource = 2, int keepCopies = 3, string? life = "first")
    {
        var record = new UnitRecord(
            Unit, Writer, new Epoch(1), 1, [.. hosts.Keys], TimeSpan.FromSeconds(60), keepSource, keepCopies, IsPaused: false) { Life = life };
        Assert.IsTrue(Registry.Store(record).IsOk);
        foreach (var name in new[] { "data", "wal" })
        {
            var made = await Volumes().CreateAsync(new VolumeSpec(new VolumeId(Unit, name), VolumeKind.Block, 1 << 20), Grant, None);
            Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        }
    }

    public void Change(Func<UnitRecord, UnitRecord> change) =>
        Assert.IsTrue(Registry.Store(change(Record) with { Revision = Record.Revision + 1 }).IsOk);

    /// <summary>Writes something that depends on the seed into both volumes.</summary>
    public async Task WriteAsync(int seed)
    {
        foreach (var name in new[] { "data", "wal" })
        {
            var path = (await Volumes().GetAsync(new VolumeId(Unit, name), None)).Value.Path!;
            var content = SHA512.HashData([(byte)seed, (byte)name.Length]);
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            for (var block = 0; block < 4; block++)
            {
                file.Position = ((seed * 7) + (block * 61)) % 250 * 4096;
                await file.WriteAsync(content);
            }

            file.Flush(flushToDisk: true);
        }

        time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>A cycle that leaves behind what does not end while its patience lasts.</summary>
    public async Task<Outcome<CycleReport>> CycleAsync(CopyRuns runs, Func<IReadOnlyList<CopyRun>, Task> patience)
    {
        var outcome = await cycle.RunAsync(Record, Grant, null, runs, patience, None);
        time.Advance(TimeSpan.FromSeconds(1));
        return outcome;
    }

    public async Task<Outcome<IReadOnlyDictionary<NodeId, Outcome<CopyReport>>>> CycleAsync(UnitChange? change = null)
    {
        var outcome = await cycle.RunAsync(Record, Grant, change, None);
        time.Advance(TimeSpan.FromSeconds(1));
        return outcome is { IsOk: true, Value.PruneFault: { } fault } ? fault : outcome.Map(report => report.Copies);
    }

    /// <summary>Runs a cycle that has to succeed everywhere.</summary>
    public async Task<IReadOnlyDictionary<NodeId, CopyReport>> GoodCycleAsync(UnitChange? change = null)
    {
        var outcome = await CycleAsync(change);
        Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());
        foreach (var report in outcome.Value.Values)
        {
            Assert.IsTrue(report.IsOk, report.Fault?.ToString());
        }

        return outcome.Value.ToDictionary(entry => entry.Key, entry => entry.Value.Value);
    }

    /// <summary>The content of a volume as a node would serve it if it became the writer: its newest complete snapshot.</summary>
    public async Task<string> ContentAsync(string node, string volume)
    {
        if (node == Writer.Value)
        {
            var path = (await Volumes().GetAsync(new VolumeId(Unit, volume), None)).Value.Path!;
            return Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(path)));
        }

        var newest = (await Snapshots(node).ListAsync(Unit, None)).Value[^1].Id.Name;
        var opened = await Storage(new NodeId(node)).Ability<IChangedExtents>()!.OpenAsync(new VolumeId(Unit, volume), newest, None);
        Assert.IsTrue(opened.IsOk, opened.Fault?.ToString());
        await using var content = opened.Value;
        return Convert.ToHexString(await SHA256.HashDataAsync(content));
    }

    /// <summary>Both volumes of a copy equal the writer's, and nothing is left open or half received.</summary>
    public async Task AssertEqualAsync(string because, string node = "n2")
    {
        foreach (var name in new[] { "data", "wal" })
        {
            Assert.AreEqual(await ContentAsync("n1", name), await ContentAsync(node, name), $"{name} differs on {node} {because}");
        }

        var history = (await Streams(node).ReadHistoryAsync(Unit, None)).Value;
        Assert.IsTrue(history.Volumes.All(volume => volume.Partial is null), $"something is half received {because}");
        Assert.IsEmpty(Journal.Open(), $"an operation is left open {because}");
    }

    public WriteGrant Grant => Grants.For(Record, Writer).Value;

    Outcome<ICopyHost> ICopyDirectory.Find(NodeId peer) => peer == Writer ? Own : hosts.TryGetValue(peer, out var host) ? host
        : new Fault(FaultCode.PeerUnavailable, $"cannot reach {peer}", "no path works", "Wait.", Retry.Later);

    CopyReport? ICopyDirectory.LastReport(UnitId unit, NodeId peer) => reports.GetValueOrDefault(peer);

    CopyReport ICopyDirectory.Remember(UnitId unit, NodeId peer, CopyReport report) => reports[peer] = report;

    void ICopyDirectory.Forget(UnitId unit, NodeId peer) => reports.TryRemove(peer, out _);

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in storages.Values)
        {
            await storage.DisposeAsync();
        }

        if (OwnsFolder)
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private DirectoryStorage Storage(NodeId node)
    {
        lock (storages)
        {
            if (!storages.TryGetValue(node.Value, out var known))
            {
                var folder = Path.Combine(root, node.Value, "volumes");
                Directory.CreateDirectory(folder);
                var context = DirectoryLab.Context(folder, node, Unit.Backend, Path.Combine(root, node.Value)) with { Time = time };
                known = (DirectoryStorage)new DirectoryBackendFactory().Create(context).Value;
                storages[node.Value] = known;
            }

            return known;
        }
    }

    private ReplicatedBackend Backend(NodeId node, KillSwitch kill)
    {
        var storage = Storage(node);
        return new ReplicatedBackend(
            Unit.Backend,
            storage.Ability<IVolumes>()!,
            new HidingSnapshots(new KillableSnapshots(storage.Ability<ISnapshots>()!, kill, node.Value), Incomplete),
            storage.Ability<IRoles>()!,
            new KillableStreams(storage.Ability<IReplicationStreams>()!, kill, node.Value));
    }
}
