using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>A node whose kernel writes: a real cluster, and a model of the kernel.</summary>
internal sealed class KernelNode(CephCluster cluster, string name, KernelModel kernel, bool ownsKernel, TimeProvider? time = null, int? fenceHours = null) : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    public CephCluster Cluster => cluster;

    public KernelModel Kernel => kernel;

    public CephStorage Storage { get; } = Open(cluster, name, kernel, time, fenceHours);

    public IRoles Roles => Storage.Ability<IRoles>()!;

    public IVolumes Volumes => Storage.Ability<IVolumes>()!;

    public IUpkeep Upkeep => Storage.Ability<IUpkeep>()!;

    public int Mapped => Directory.GetDirectories(kernel.Places.Devices).Length;

    public static async Task<KernelNode> StartAsync(string name, int? fenceHours = null)
    {
        var cluster = await CephCluster.SharedAsync();
        var kernel = new KernelModel { Cluster = (await cluster.RunAsync("ceph", "fsid")).Trim(), IdOf = image => cluster.IdOfAsync(image).GetAwaiter().GetResult() };
        return new KernelNode(cluster, name, kernel, ownsKernel: true, fenceHours: fenceHours);
    }

    /// <summary>Another agent on the same node.</summary>
    public KernelNode Again(TimeProvider? time = null) => new(cluster, name, kernel, ownsKernel: false, time, fenceHours);

    /// <summary>The unit as the index has it.</summary>
    public async Task<UnitRecord> RecordAsync(UnitId unit)
    {
        var record = await Storage.Gate.LookAsync(unit, "cannot", (_, entries) => new Outcome<UnitRecord>(entries.Unit!.Record), None);
        Assert.IsTrue(record.IsOk, $"{record.Fault}");
        return record.Value;
    }

    public async Task<IReadOnlyList<string>> ClientsAsync(UnitId unit) => (await RecordAsync(unit)).Clients;

    /// <summary>Who is shut out, and how long.</summary>
    public Task<IReadOnlyDictionary<string, TimeSpan>> ShutOutAsync() => cluster.ShutOutAsync();

    public async Task DeleteAsync(VolumeId volume, string node = "")
    {
        Assert.IsTrue(node.Length == 0 || node == name);
        var deleted = await Volumes.DeleteAsync(volume, None);
        Assert.IsTrue(deleted.IsOk, $"{deleted.Fault}");
    }

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        if (ownsKernel)
        {
            kernel.Dispose();
        }
    }

    private static CephStorage Open(CephCluster cluster, string name, KernelModel kernel, TimeProvider? time = null, int? fenceHours = null)
    {
        var context = CephLab.Context(cluster, name, "kernel", "/nowhere", "hot", time) with { Commands = kernel };
        var options = new Dictionary<string, string>(context.Options) { ["open"] = "kernel", ["nodes"] = "n1,n2" };
        if (fenceHours is { } hours)
        {
            options["fence-hours"] = $"{hours}";
        }

        context = context with { Options = options };
        return new CephStorage(context, CephOptions.From(context).Value, kernel.Places);
    }
}
