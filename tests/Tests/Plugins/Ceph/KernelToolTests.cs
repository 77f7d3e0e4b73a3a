using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Kernel;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What is mapped is read from sysfs alone; what is in use is never taken away below who writes it.</summary>
[TestClass]
public sealed class KernelToolTests : IDisposable
{
    private readonly KernelModel kernel = new();

    [TestMethod]
    public async Task An_image_is_mapped_by_a_client_instance_of_its_own()
    {
        var device = Ok(await Tool().MapAsync(KernelModel.Fsid, "db", "data", "cannot", default));
        Assert.AreEqual(("db", "data", kernel.Last, "252:0"), (device.Unit, device.Volume, device.Address, device.Numbers));
        StringAssert.Contains(kernel.Asked.Single(), "-o noshare,");
        Assert.EndsWith(" hot/db+data", kernel.Asked.Single());
    }

    [TestMethod]
    public void Only_heads_of_units_in_the_own_pool_of_the_own_cluster_are_looked_at()
    {
        kernel.Map("hot", "db+data");
        kernel.Map("hot", "db+data", snapshot: "before");
        kernel.Map("hot", "db+data", space: "tenant");
        kernel.Map("cold", "db+data");
        kernel.Map("hot", "somebody-elses");
        kernel.Cluster = "00000000-0000-4000-8000-000000000000";
        kernel.Map("hot", "db+data");
        CollectionAssert.AreEqual(new[] { 0 }, Ok(Map().List(KernelModel.Fsid, "cannot")).Select(device => device.Number).ToArray());
    }

    [TestMethod]
    public void Without_the_module_nothing_is_mapped()
    {
        Directory.Delete(kernel.Places.Devices);
        Assert.IsEmpty(Ok(Map().List(KernelModel.Fsid, "cannot")));
    }

    [TestMethod]
    [DataRow("client_addr", null)]
    [DataRow("client_addr", "-")]
    [DataRow("name", null)]
    [DataRow("cluster_fsid", null)]
    public void A_device_that_cannot_be_read_may_be_one_of_ours(string attribute, string? text)
    {
        kernel.Map("hot", "db+data");
        var file = Path.Combine(kernel.Places.Devices, "0", attribute);
        File.Delete(file);
        if (text is not null)
        {
            File.WriteAllText(file, text);
        }

        Assert.AreEqual(FaultCode.DataPathUnavailable, Map().List(KernelModel.Fsid, "cannot").Fault?.Code);
    }

    [TestMethod]
    [DataRow(25L)]
    [DataRow(null)]
    public void The_map_that_a_client_has_is_told_or_not_known(long? epoch)
    {
        kernel.Epochs.Clear();
        kernel.Epochs.Enqueue(epoch);
        kernel.Map("hot", "db+data");
        Assert.AreEqual(epoch, Map().Epoch(Ok(Map().List(KernelModel.Fsid, "cannot")).Single()));
    }

    [TestMethod]
    [DataRow(false, false, false)]
    [DataRow(false, true, false)]
    [DataRow(true, true, false)]
    [DataRow(true, false, true)]
    public async Task A_device_in_use_is_taken_away_only_if_its_client_is_shut_out_and_it_is_not_mounted(bool isShutOut, bool isMounted, bool isGone)
    {
        kernel.Map("hot", "db+data");
        kernel.IsBusy = true;
        if (isMounted)
        {
            kernel.Mount(0, "/srv/db");
        }

        var gone = await Tool().UnmapAsync(Ok(Map().List(KernelModel.Fsid, "cannot")).Single(), isShutOut, "cannot", default);
        Assert.AreEqual(isGone, gone.IsOk, $"{gone.Fault}");
        Assert.AreEqual(isGone, kernel.Asked.Any(line => line.Contains("force", StringComparison.Ordinal)));
        Assert.AreEqual(isGone ? null : FaultCode.InUse, gone.Fault?.Code);
        Assert.AreEqual(isMounted ? "/srv/db" : null, gone.Fault?.Facts.GetValueOrDefault("mount1"));
    }

    [TestMethod]
    public async Task That_rbd_ended_well_is_not_believed()
    {
        kernel.Map("hot", "db+data");
        kernel.Lies = true;
        var gone = await Tool().UnmapAsync(Ok(Map().List(KernelModel.Fsid, "cannot")).Single(), isShutOut: false, "cannot", default);
        Assert.AreEqual(FaultCode.Internal, gone.Fault?.Code);
    }

    public void Dispose() => kernel.Dispose();

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    private KernelMap Map() => new(kernel.Places, "hot");

    private KernelTool Tool()
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["pool"] = "hot", ["open"] = "kernel", ["nodes"] = "n1,n2" };
        var context = new BackendContext(new BackendId("ceph"), new NodeId("n1"), options, "/nowhere", kernel, new Hasty(), null!);
        return new KernelTool(context, CephOptions.From(context).Value, Map(), kernel.Places);
    }

    /// <summary>Nobody waits longer than a millisecond.</summary>
    private sealed class Hasty : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : dueTime, period);
    }
}
