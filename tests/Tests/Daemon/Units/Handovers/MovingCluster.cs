using System.Security.Cryptography;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Units.Handovers;

/// <summary>
/// Three agents over real Directory backends in one folder. Opened again over the same folder, they are what starts
/// after a kill. Looks at each point that no two of them have the unit within reach of writers.
/// </summary>
internal sealed class MovingCluster : IAsyncDisposable
{
    public static readonly UnitId Unit = new(new BackendId("dir"), "db");
    public static readonly NodeId[] Ids = [new("n1"), new("n2"), new("n3")];
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly string root;
    private readonly ManualTimeProvider time;
    private readonly KillSwitch kill;
    private readonly Dictionary<NodeId, MovableNode> nodes;

    public MovingCluster(string root, ManualTimeProvider time, KillSwitch? kill = null)
    {
        this.root = root;
        this.time = time;
        this.kill = kill ?? new KillSwitch();
        this.kill.Look = LookAtWriters;
        nodes = Ids.ToDictionary(id => id, id => new MovableNode(this, id, root, time, this.kill));
    }

    public MovableNode this[int number] => nodes[Ids[number - 1]];

    /// <summary>The node that its own record names as writer.</summary>
    public MovableNode Writer => nodes.Values.Single(node => node.Registry.Find(Unit)?.Writer == node.Id);

    /// <summary>The unit on n1 with volumes "data" and "wal", written to and copied to n2 and n3.</summary>
    public async Task CreateAsync()
    {
        var record = new UnitRecord(Unit, Ids[0], new Epoch(1), 1, [Ids[1], Ids[2]], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false);
        Assert.IsTrue(this[1].Registry.Store(record).IsOk);
        foreach (var name in new[] { "data", "wal" })
        {
            var made = await this[1].Storage.Ability<IVolumes>()!.CreateAsync(
                new VolumeSpec(new VolumeId(Unit, name), VolumeKind.Block, 1 << 20), Grants.For(record, Ids[0]).Value, None);
            Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        }

        await this[1].StartAsync();
        Write(this[1], 1);
        await CycleAsync();
        Write(this[1], 2);
    }

    /// <summary>Moves the unit; time goes on while it waits.</summary>
    public async Task<Outcome<SwitchoverReport>> MoveAsync(int from, int to)
    {
        var moving = this[from].Switchovers.MoveAsync(new SwitchoverOrder("db", Ids[to - 1].Value), None);
        while (!moving.IsCompleted)
        {
            await Quiet.AwaitAsync();

            // What a stream takes is this machine's time: the clock must not run away from it.
            var isSending = nodes.Values.Any(node => node.Journal.Open().Any(open => open.Kind == PeerCycle.Kind));
            time.Advance(TimeSpan.FromSeconds(isSending ? 0.05 : 1));
        }

        return await moving;
    }

    public async Task StartAllAsync()
    {
        foreach (var node in nodes.Values)
        {
            await node.StartAsync();
        }
    }

    /// <summary>One good cycle of whoever writes.</summary>
    public async Task CycleAsync()
    {
        var writer = Writer;
        var record = writer.Registry.Find(Unit)!;
        time.Advance(TimeSpan.FromSeconds(1));
        var outcome = await writer.Cycle(ReplicatedBackend.From(Unit.Backend, writer.Backend)!)
            .RunAsync(record, Grants.For(record, writer.Id).Value, null, None);
        Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());
        foreach (var (node, copy) in outcome.Value.Copies)
        {
            Assert.IsTrue(copy.IsOk, $"{node}: {copy.Fault}");
        }
    }

    /// <summary>A service writes into both volumes.</summary>
    public void Write(MovableNode node, int seed)
    {
        foreach (var name in new[] { "data", "wal" })
        {
            using var file = new FileStream(PathOf(node.Id, name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Position = seed * 7 % 250 * 4096;
            file.Write(SHA512.HashData([(byte)seed, (byte)name.Length]));
            file.Flush(flushToDisk: true);
        }

        time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>What a service reads.</summary>
    public string Content(MovableNode node) => string.Join(' ', new[] { "data", "wal" }.Select(name =>
        Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(PathOf(node.Id, name))))));

    /// <summary>What a copy would serve: its newest whole snapshot.</summary>
    public async Task<string> CopyContentAsync(MovableNode node)
    {
        var newest = (await node.Storage.Ability<ISnapshots>()!.ListAsync(Unit, None)).Value[^1].Id.Name;
        var parts = new List<string>();
        foreach (var name in new[] { "data", "wal" })
        {
            await using var content = (await node.Storage.Ability<IChangedExtents>()!.OpenAsync(new VolumeId(Unit, name), newest, None)).Value;
            parts.Add(Convert.ToHexString(await SHA256.HashDataAsync(content)));
        }

        return string.Join(' ', parts);
    }

    public bool IsWritable(NodeId node) => File.Exists(PathOf(node, "data")) || File.Exists(PathOf(node, "wal"));

    public string PathOf(NodeId node, string volume) => Path.Combine(root, node.Value, "volumes", "db", "volumes", volume);

    /// <summary>A call to another node: no answer if it is dead, or dies of it.</summary>
    public async Task<Outcome<T>> CallAsync<T>(NodeId peer, Func<MovableNode, Task<Outcome<T>>> work)
    {
        var silent = new Fault(FaultCode.PeerUnavailable, $"cannot reach {peer}", "no path works", "Wait.", Retry.Later);
        if (kill.Victim is not null && kill.IsDead(peer.Value))
        {
            return silent;
        }

        try
        {
            var answer = await work(nodes[peer]);
            return kill.Victim is not null && kill.IsDead(peer.Value) ? silent : answer;
        }
        catch (Killed) when (kill.Victim == peer.Value)
        {
            return silent;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes.Values)
        {
            await node.DisposeAsync();
        }
    }

    private void LookAtWriters(string point) =>
        Assert.IsLessThan(2, Ids.Count(IsWritable), $"two nodes have the unit writable at '{point}'");
}
