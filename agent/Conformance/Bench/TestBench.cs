using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>What one check works with: nodes, grants, units. What it made is taken away at the end.</summary>
internal sealed class TestBench : IAsyncDisposable
{
    private readonly ConformanceSubject subject;
    private readonly int number;
    private readonly string folder;
    private readonly List<TestNode> nodes = [];
    private readonly HashSet<UnitId> units = [];

    public TestBench(ConformanceSubject subject, ConformanceOptions options, int number, CancellationToken cancellation)
    {
        this.subject = subject;
        this.number = number;
        Options = options;
        Cancellation = cancellation;
        folder = Path.Combine(subject.ScratchFolder, $"check-{number}");
    }

    public ConformanceOptions Options { get; }

    public CancellationToken Cancellation { get; }

    public TimeProvider Time => subject.Time;

    public long VolumeBytes => subject.VolumeBytes;

    /// <summary>Everything that the check's backends may touch lies below.</summary>
    public string Folder => folder;

    public static BackendId Backend => new("subject");

    public Seating Seat(string storage, string node, Func<ICommands, ICommands> wrap)
    {
        var place = new Seating(
            Backend, new NodeId(node), storage, Path.Combine(folder, "storage-" + storage),
            Path.Combine(folder, "state-" + storage), wrap);
        Directory.CreateDirectory(place.StorageFolder);
        Directory.CreateDirectory(place.StateDirectory);
        return place;
    }

    /// <summary>Opens the backend. The same storage again is a second instance over it.</summary>
    public async Task<TestNode> OpenAsync(string storage = "a", string? node = null)
    {
        FailingCommands? given = null;
        var seating = Seat(
            storage, node ?? (storage == "a" ? "n1" : "n2"), commands => given = new FailingCommands(commands));
        var opened = Expect.Ok(await subject.OpenAsync(seating, Cancellation), "opening the backend");
        var made = new TestNode(opened, seating, () => given);
        nodes.Add(made);
        return made;
    }

    public static WriteGrant Grant(UnitId unit, long epoch, NodeId holder) =>
        new(unit, new Epoch(epoch), holder, Instant.Never);

    /// <summary>A unit's identity. The check's number keeps the checks of one storage apart.</summary>
    public UnitId Unit(string name)
    {
        var unit = new UnitId(Backend, string.Create(CultureInfo.InvariantCulture, $"t{number}-{name}"));
        units.Add(unit);
        return unit;
    }

    public UnitId Remember(UnitId unit)
    {
        units.Add(unit);
        return unit;
    }

    public VolumeSpec Spec(TestNode node, UnitId unit, string volume = "data") => new(
        new VolumeId(unit, volume),
        node.Has(Capabilities.BlockVolumes) ? VolumeKind.Block : VolumeKind.Filesystem,
        VolumeBytes);

    /// <summary>A unit that this node writes.</summary>
    public async Task<TestUnit> MakeUnitAsync(TestNode node, string name = "unit", long epoch = 1)
    {
        var unit = Unit(name);
        var spec = Spec(node, unit);
        var grant = Grant(unit, epoch, node.Node);
        Expect.Ok(await node.Volumes.CreateAsync(spec, grant, Cancellation), "creating a volume");
        if (node.Has(Capabilities.Roles))
        {
            Expect.Ok(await node.Roles.PromoteAsync(grant, null, Cancellation), "promoting the new unit");
        }

        return new TestUnit(unit, spec.Id, spec, grant);
    }

    /// <summary>A snapshot of the unit on its writer.</summary>
    public async Task<Snapshot> SnapAsync(TestNode node, TestUnit unit, string name) =>
        Expect.Ok(await node.Snapshots.CreateAsync(unit.Snapshot(name), unit.Grant, Cancellation), $"making snapshot {name}");

    public async Task WriteAsync(TestNode node, TestUnit unit, int seed, int writes = 4) =>
        await Content.WriteAsync(await OpenedAsync(node, unit.Volume), unit.Spec, seed, writes, Cancellation);

    public async Task<string> DigestAsync(TestNode node, TestUnit unit) =>
        await Content.DigestAsync(await OpenedAsync(node, unit.Volume), unit.Spec, Cancellation);

    public async Task<Opened> OpenedAsync(TestNode node, VolumeId volume)
    {
        var found = Expect.Ok(await node.Volumes.GetAsync(volume, Cancellation), $"getting {volume}");
        return found.Path is null
            ? throw new CheckFailedException($"{volume} has no path on its writer")
            : new Opened(found, (access, cancellation) => subject.OpenBlockAsync(node.Backend, found, access, cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await new BenchCleaning(node, units).RunAsync();
        }

        foreach (var node in nodes)
        {
            await DisposeQuietlyAsync(node);
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task DisposeQuietlyAsync(TestNode node)
    {
        try
        {
            await node.DisposeAsync();
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            // The checks of disposing tell of it; one that fails here must not end the run.
            return;
        }
    }
}
