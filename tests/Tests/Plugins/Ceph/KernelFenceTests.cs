using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>How long an old writer's kernel stays shut out: as long as it could come back, whoever runs meanwhile.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class KernelFenceTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Years = TimeSpan.FromDays(4 * 365);

    [TestMethod]
    public async Task An_old_writer_stays_shut_out_for_years_though_no_agent_renews_it()
    {
        await using var first = await KernelNode.StartAsync("n1");
        await using var second = await KernelNode.StartAsync("n2", fenceHours: 1);
        var unit = CephLab.Unit("years", "kernel");
        var volume = await CephLab.MakeAsync(first.Storage, unit);
        var old = await first.ClientsAsync(unit);
        Ok(await second.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        await LeftForYearsAsync(second, old);

        // What the node finds left of its stay, and what renews who holds the unit, shortens nothing.
        Assert.IsTrue((await first.Upkeep.KeepAsync(None)).IsOk);
        await second.Storage.Renewal.RenewAsync(None);
        await LeftForYearsAsync(second, old);
        await second.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task What_a_hung_agent_has_open_is_shut_out_for_years_when_its_unit_is_closed()
    {
        await using var node = await KernelNode.StartAsync("n1", fenceHours: 1);
        var unit = CephLab.Unit("hung", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        var old = await node.ClientsAsync(unit);
        await using var later = node.Again();
        Ok(await later.Roles.DemoteAsync(unit, null, None));
        await LeftForYearsAsync(later, old);
        CollectionAssert.IsSubsetOf(old.ToArray(), (await later.RecordAsync(unit)).Fenced.Select(client => client.Address).ToArray());
        Ok(await later.Roles.PromoteAsync(CephLab.Grant(unit, 2), null, None));
        await later.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task An_entry_stays_although_a_node_of_its_name_has_started_anew()
    {
        await using var first = await KernelNode.StartAsync("n1");
        await using var second = await KernelNode.StartAsync("n2");
        var unit = CephLab.Unit("rebooted", "kernel");
        var volume = await CephLab.MakeAsync(first.Storage, unit);
        var old = await first.ClientsAsync(unit);
        Ok(await second.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        first.Kernel.Boot("boot-2");

        await RenewAsync(first, new Later(TimeSpan.FromHours(25)));
        await RenewAsync(second, new Later(TimeSpan.FromHours(25)));

        await LeftForYearsAsync(second, old, "the machine that was n1 before may be frozen somewhere");
        await second.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task A_client_that_nobody_told_is_never_taken_off()
    {
        await using var first = await KernelNode.StartAsync("n1");
        await using var second = await KernelNode.StartAsync("n2");
        var unit = CephLab.Unit("watching", "kernel");
        var volume = await CephLab.MakeAsync(first.Storage, unit);
        var told = await first.ClientsAsync(unit);
        Ok(await first.Roles.DemoteAsync(unit, null, None));
        using var unknown = Ok(Connection.Open(first.Storage.Gate.Options, "cannot watch"));
        using var image = Ok(ImageCalls.Open(unknown.Io, $"{unit.Name}+data", null, write: true, "cannot watch"));
        Ok(await second.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        Assert.IsFalse((await second.ShutOutAsync()).Keys.Any(told.Contains), "who closed by itself was shut out");
        await LeftForYearsAsync(second, [unknown.Address]);

        foreach (var node in new[] { first, second })
        {
            node.Kernel.Boot("boot-2");
            await RenewAsync(node, new Later(TimeSpan.FromHours(25)));
        }

        await LeftForYearsAsync(second, [unknown.Address]);
        await second.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task An_agent_that_starts_anew_makes_an_entry_again_that_somebody_took_off()
    {
        await using var first = await KernelNode.StartAsync("n1");
        await using var second = await KernelNode.StartAsync("n2");
        var unit = CephLab.Unit("takenoff", "kernel");
        var volume = await CephLab.MakeAsync(first.Storage, unit);
        var old = await first.ClientsAsync(unit);
        Ok(await second.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        await second.Cluster.RunAsync("ceph", "osd", "blocklist", "rm", old[0]);

        await using var later = second.Again();
        Assert.IsTrue((await later.Upkeep.KeepAsync(None)).IsOk);

        Assert.IsTrue(later.Storage.Gate.Held.ContainsKey(unit.Name));
        await LeftForYearsAsync(second, old);
        await later.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task A_short_entry_of_a_device_that_is_mapped_here_is_not_taken_off_to_make_it_longer()
    {
        await using var first = await KernelNode.StartAsync("n1");
        await using var second = await KernelNode.StartAsync("n2");
        var unit = CephLab.Unit("mapped", "kernel");
        var volume = await CephLab.MakeAsync(first.Storage, unit);
        var old = first.Kernel.Last;
        Ok(await second.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        await second.Cluster.RunAsync("ceph", "osd", "blocklist", "rm", old);
        await second.Cluster.RunAsync("ceph", "osd", "blocklist", "add", old);

        Assert.IsTrue((await first.Upkeep.KeepAsync(None)).IsOk);

        Assert.AreEqual(0, first.Mapped);
        Assert.IsLessThan(TimeSpan.FromHours(2), (await second.ShutOutAsync())[old]);
        await second.DeleteAsync(volume);
    }

    private static async Task LeftForYearsAsync(KernelNode node, IEnumerable<string> clients, string why = "")
    {
        var left = await node.ShutOutAsync();
        foreach (var client in clients)
        {
            Assert.IsGreaterThan(Years, left.GetValueOrDefault(client), $"{client} {why}");
        }
    }

    private static async Task RenewAsync(KernelNode node, TimeProvider time)
    {
        await using var agent = node.Again(time);
        await agent.Storage.Renewal.RenewAsync(None);
    }

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
