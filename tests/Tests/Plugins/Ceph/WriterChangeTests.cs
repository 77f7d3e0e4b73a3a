using System.Diagnostics;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Tests.Architecture;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>The writer changes: the cluster itself refuses the old one, whatever became of it.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class WriterChangeTests
{
    private const int Stop = 19;
    private const int Continue = 18;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_frozen_client_that_comes_back_cannot_write(bool isExclusive)
    {
        var cluster = await CephCluster.SharedAsync();
        await using var first = CephLab.Open(cluster, "n1", backend: "writers");
        await using var second = CephLab.Open(cluster, "n2", backend: "writers");
        var unit = CephLab.Unit($"frozen-{isExclusive}".ToLowerInvariant(), "writers");
        var volume = await CephLab.MakeAsync(first, unit);
        Ok(await first.Ability<IRoles>()!.DemoteAsync(unit, null, CancellationToken.None));
        using var service = Start(cluster, $"{unit.Name}+data", isExclusive);
        Assert.AreEqual("open", await service.StandardOutput.ReadLineAsync());
        Assert.AreEqual("wrote", await TellAsync(service, "A"));
        Assert.AreEqual(0, Signal(service.Id, Stop));

        var began = Stopwatch.GetTimestamp();
        Ok(await second.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, CancellationToken.None));
        Console.WriteLine($"promoted in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms with the old client frozen");
        await CephLab.WriteAsync(second, volume, 0, "BBBB"u8.ToArray());
        Assert.AreEqual(0, Signal(service.Id, Continue));
        StringAssert.StartsWith(await TellAsync(service, "C"), "refused");
        Assert.AreEqual('B', await FirstAsync(second, volume));
        Kill(service);
        Done(await second.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None));
    }

    [TestMethod]
    public async Task The_holder_before_is_shut_out_with_its_index_and_harms_no_other_unit()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var first = CephLab.Open(cluster, "n1", backend: "writers");
        await using var second = CephLab.Open(cluster, "n2", backend: "writers");
        var (unit, other) = (CephLab.Unit("taken", "writers"), CephLab.Unit("kept", "writers"));
        var volume = await CephLab.MakeAsync(first, unit);
        var keeps = await CephLab.MakeAsync(first, other);
        var old = Ok(await first.OpenHeldAsync(volume, CancellationToken.None));
        await old.WriteAsync("AAAA"u8.ToArray());

        Ok(await second.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, CancellationToken.None));
        await Assert.ThrowsAsync<IOException>(async () => await old.WriteAsync("CCCC"u8.ToArray()));
        var snapshot = await first.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "late"), CephLab.Grant(unit), CancellationToken.None);
        Assert.AreEqual(FaultCode.StaleEpoch, snapshot.Fault?.Code);
        var role = Ok(await first.Ability<IRoles>()!.GetRoleAsync(unit, CancellationToken.None));
        Assert.AreEqual((Role.Reader, new Epoch(2)), (role.Role, role.Epoch));
        await CephLab.WriteAsync(first, keeps, 0, "DDDD"u8.ToArray());
        Assert.AreEqual('A', await FirstAsync(second, volume));
        await old.DisposeAsync();
        Done(await second.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None));
        Done(await first.Ability<IVolumes>()!.DeleteAsync(keeps, CancellationToken.None));
    }

    [TestMethod]
    public async Task A_client_that_was_shut_out_stays_so_while_the_unit_is_open()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var first = CephLab.Open(cluster, "n1", backend: "writers");
        await using var second = CephLab.Open(cluster, "n2", backend: "writers");
        var unit = CephLab.Unit("renewed", "writers");
        var volume = await CephLab.MakeAsync(first, unit);
        Ok(await second.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, CancellationToken.None));
        var address = first.Gate.Held[unit.Name].Connection.Address;
        StringAssert.Contains(await cluster.RunAsync("ceph", "osd", "blocklist", "ls"), address);
        await cluster.RunAsync("ceph", "osd", "blocklist", "rm", address);
        await second.Renewal.RenewAsync(CancellationToken.None);
        StringAssert.Contains(await cluster.RunAsync("ceph", "osd", "blocklist", "ls"), address);
        Done(await second.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None));
    }

    [TestMethod]
    public async Task A_promotion_that_was_overtaken_shuts_nobody_out()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var first = CephLab.Open(cluster, "n1", backend: "writers");
        await using var second = CephLab.Open(cluster, "n2", backend: "writers");
        await using var third = CephLab.Open(cluster, "n3", backend: "writers");
        var unit = CephLab.Unit("overtaken", "writers");
        var volume = await CephLab.MakeAsync(first, unit);
        var isOvertaken = false;
        var slow = new Telling(progress =>
        {
            if (progress.Phase == "shutting out")
            {
                Ok(third.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 3, "n3"), null, CancellationToken.None).GetAwaiter().GetResult());
                isOvertaken = true;
            }
        });

        var promoted = await second.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2, "n2"), slow, CancellationToken.None);

        Assert.AreEqual((true, FaultCode.Busy), (isOvertaken, promoted.Fault?.Code), $"{promoted.Fault}");
        await CephLab.WriteAsync(third, volume, 0, "CCCC"u8.ToArray());
        Assert.AreEqual('C', await FirstAsync(third, volume));
        Done(await third.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None));
    }

    [TestMethod]
    public async Task Six_nodes_that_promote_at_once_leave_one_writer_at_the_newest_epoch()
    {
        var cluster = await CephCluster.SharedAsync();
        var nodes = Enumerable.Range(1, 6).Select(n => CephLab.Open(cluster, $"n{n}", backend: "writers")).ToList();
        var unit = CephLab.Unit("race", "writers");
        var volume = await CephLab.MakeAsync(nodes[0], unit);
        var promoted = await Task.WhenAll(nodes.Select((node, index) =>
            node.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, index + 2, $"n{index + 1}"), null, CancellationToken.None)));
        var roles = await Task.WhenAll(nodes.Select(n => n.Ability<IRoles>()!.GetRoleAsync(unit, CancellationToken.None)));
        Assert.IsLessThanOrEqualTo(1, roles.Count(r => Ok(r).Role == Role.Writer), string.Join(' ', roles.Select(r => r.Value.Role)));
        var newest = promoted.Where(p => p.IsOk).Max(p => p.Value.Epoch.Value);
        Assert.IsGreaterThanOrEqualTo(newest, Ok(roles[0]).Epoch.Value);
        Ok(await nodes[5].Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 7, "n6"), null, CancellationToken.None));
        await CephLab.WriteAsync(nodes[5], volume, 0, [1]);
        Done(await nodes[5].Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None));
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static async Task<char> FirstAsync(CephStorage storage, VolumeId volume)
    {
        await using var stream = Ok(await storage.OpenHeldAsync(volume, CancellationToken.None));
        var bytes = new byte[1];
        await stream.ReadExactlyAsync(bytes);
        return (char)bytes[0];
    }

    private static Process Start(CephCluster cluster, string image, bool isExclusive)
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList = { Path.Join(Repository.Root, "tests/Tests/Plugins/Ceph/writer.py"), cluster.Configuration, "hot", image },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (isExclusive)
        {
            start.ArgumentList.Add("exclusive");
        }

        return Process.Start(start)!;
    }

    private static async Task<string?> TellAsync(Process service, string word)
    {
        await service.StandardInput.WriteLineAsync(word);
        await service.StandardInput.FlushAsync();
        return await service.StandardOutput.ReadLineAsync();
    }

    private static void Kill(Process service)
    {
        service.Kill();
        service.WaitForExit();
    }

    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);

    private sealed class Telling(Action<OperationProgress> tell) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => tell(value);
    }

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    private static void Done(Outcome outcome) => Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
}
