using System.Security.Cryptography;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Replication;
using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>Three nodes in one process over real Directory backends and one store in memory.</summary>
internal sealed class FailoverCluster(string root) : IAsyncDisposable
{
    public const string Service = "db";
    public static readonly UnitId Unit = new(new BackendId("dir"), "db");
    public static readonly NodeId[] Ids = [new("n1"), new("n2"), new("n3")];
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Dictionary<NodeId, FailoverNode> nodes = [];
    private int boots;

    public string Root => root;

    public TimeSpan LossLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Storage that keeps its copies itself, instead of Directory backends.</summary>
    public FakeMirror? Mirror { get; init; }

    /// <summary>What the configuration of a node calls the service, if not as ever; null: it has none.</summary>
    public Dictionary<NodeId, string?> Names { get; } = [];

    public ManualTimeProvider Time { get; } = new();

    public LedgerRoom Room { get => field ??= new LedgerRoom(Time); } = null!;

    public FailoverNode this[int number] => nodes[Ids[number - 1]];

    public FailoverNode? this[NodeId id] => nodes.GetValueOrDefault(id);

    /// <summary>The nodes on which the service runs now.</summary>
    public IReadOnlyList<FailoverNode> Running => [.. nodes.Values.Where(node => node.Part.IsRunning)];

    /// <summary>The unit on n1 with a volume, written to and copied to n2 and n3; then the agents start.</summary>
    public async Task CreateAsync()
    {
        foreach (var id in Ids)
        {
            Boot(id);
        }

        var record = new UnitRecord(Unit, Ids[0], new Epoch(1), 1, Mirror is null ? [Ids[1], Ids[2]] : [], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false);
        Assert.IsTrue(this[1].Registry.Store(record).IsOk);
        if (Mirror is null)
        {
            await FillAsync(Grants.For(record, Ids[0]).Value);
        }

        foreach (var id in Ids)
        {
            nodes[id].Start();
        }
    }

    private async Task FillAsync(WriteGrant grant)
    {
        var made = await this[1].Storage.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(new VolumeId(Unit, "data"), VolumeKind.Block, 1 << 20), grant, None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        Assert.IsTrue((await this[1].Storage.Ability<IRoles>()!.PromoteAsync(grant, null, None)).IsOk);
        Write(this[1], 1);
    }

    /// <summary>A machine starts anew; its disk is as it was.</summary>
    public FailoverNode Boot(NodeId id) => nodes[id] = new FailoverNode(this, id, ++boots, boots);

    /// <summary>Another process of the agent on a machine that goes on.</summary>
    public FailoverNode Replace(FailoverNode before) => nodes[before.Id] = new FailoverNode(this, before.Id, before.Boot, ++boots, before);

    /// <summary>Lets time pass until a condition holds; two writers at any moment end the test.</summary>
    public async Task<TimeSpan> UntilAsync(Func<bool> condition, string what, double seconds = 60)
    {
        var began = Time.GetTimestamp();
        while (!condition())
        {
            Assert.IsLessThan(seconds, Time.GetElapsedTime(began).TotalSeconds, $"{what}: not within {seconds} s. {Story()}");
            await StepAsync();
        }

        return Time.GetElapsedTime(began);
    }

    /// <summary>What every node's clock says.</summary>
    public Instant Now => new BootClock(Time).Now;

    /// <summary>Something that takes a moment by this cluster's clock.</summary>
    public Task MomentAsync() => Task.Delay(TimeSpan.FromSeconds(0.2), Time);

    /// <summary>Lets time pass until that is done.</summary>
    public async Task<T> DoneAsync<T>(Task<T> work)
    {
        await UntilAsync(() => work.IsCompleted, "it is done");
        return await work;
    }

    /// <summary>Lets time pass.</summary>
    public async Task PassAsync(double seconds)
    {
        var began = Time.GetTimestamp();
        while (Time.GetElapsedTime(began).TotalSeconds < seconds)
        {
            await StepAsync();
        }
    }

    public Task RunsOnAsync(int number) => UntilAsync(
        () => this[number].Part.IsRunning && Room.View.Record.Service(Service) is { Phase: NodeAgent.Core.Views.ServicePhase.Running } service && service.Owner?.Node == Ids[number - 1],
        $"the service runs on n{number}");

    public async Task OrderAsync(Orders what, string of, NodeId? to = null) =>
        Assert.AreEqual(WishAnswer.Done, await Room.For(Ids[1]).AskAsync(new Wish.Order(what, of, "test", to), 0, None));

    /// <summary>One cycle of the writer.</summary>
    public async Task CycleAsync(int writer)
    {
        var node = this[writer];
        var record = node.Registry.Find(Unit)!;
        var outcome = await node.Cycle(ReplicatedBackend.From(Unit.Backend, node.Storage)!)
            .RunAsync(record, node.World.Tenures.Grant(record, node.Id).Value, null, None);
        Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());
        Time.Advance(TimeSpan.FromMilliseconds(10));
    }

    /// <summary>What the copies said in the writer's last cycle.</summary>
    public async Task<IReadOnlyDictionary<NodeId, Outcome<CopyReport>>> CopiesAsync(int writer)
    {
        var node = this[writer];
        var record = node.Registry.Find(Unit)!;
        return (await node.Cycle(ReplicatedBackend.From(Unit.Backend, node.Storage)!)
            .RunAsync(record, node.World.Tenures.Grant(record, node.Id).Value, null, None)).Value.Copies;
    }

    public void Write(FailoverNode node, int seed)
    {
        using var file = new FileStream(PathOf(node.Id), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = seed * 7 % 250 * 4096;
        file.Write(SHA512.HashData([(byte)seed]));
        file.Flush(flushToDisk: true);
        Time.Advance(TimeSpan.FromMilliseconds(10));
    }

    public string Content(FailoverNode node) => Hash(PathOf(node.Id));

    public static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    public bool IsWritable(NodeId node) => Mirror is { } mirror ? mirror.IsOpen(node) : File.Exists(PathOf(node));

    public string PathOf(NodeId node) => Path.Combine(root, node.Value, "volumes", "db", "volumes", "data");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes.Values)
        {
            await node.DisposeAsync();
        }
    }

    private async Task StepAsync()
    {
        Time.Advance(TimeSpan.FromMilliseconds(50));
        Room.Expire();
        await Quiet.AwaitAsync();
        foreach (var node in nodes.Values.Where(node => node.IsUp && node.Guard.Deadline is { } counted && Now < counted))
        {
            var reset = node.Guard.Deadline!.Value.Add(TimeSpan.FromSeconds(4.5));
            Assert.IsLessThanOrEqualTo(Room.EndOf(node.Id), reset, $"the lease of {node.Id} ends before its watchdog would have reset it. {Story()}");
        }

        Assert.IsLessThan(2, Running.Count, $"the service runs twice. {Story()}");
        Assert.IsLessThan(2, nodes.Values.Count(node => node.HasOpened(IsWritable(node.Id))), $"two nodes have the unit open. {Story()}");
    }

    private string Story() => string.Join("\n", nodes.Values.SelectMany(node => node.Power.Lines.Select(line => $"{node.Id}: {line}")))
        + $"\n{Room.View.Record.Service(Service)}\n" + string.Join("\n", nodes.Values.Select(node =>
            $"{node.Id}: session {node.Seat.Loop.State.Session}, {string.Join(", ", node.Seat.Loop.State.Services.Select(local => $"{local.Key} {local.Value.Phase} {local.Value.Failure}"))}"));
}
