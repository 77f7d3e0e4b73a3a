using System.Diagnostics;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Tests.Architecture;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>How long who is shut out stays so, where others make entries for an hour.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class BlocklistTests
{
    private const string Backend = "fences";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Years = TimeSpan.FromDays(4 * 365);

    [TestMethod]
    [DataRow("kill")]
    [DataRow("live")]
    public async Task A_lock_that_is_taken_over_leaves_its_owner_shut_out_for_years(string how)
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, "n2", backend: Backend);
        var unit = CephLab.Unit($"locked-{how}", Backend);
        var volume = await CephLab.MakeAsync(storage, unit, node: "n2");
        Ok(await storage.Ability<IRoles>()!.DemoteAsync(unit, null, None));
        using var writer = Start(cluster, $"{unit.Name}+data");
        Assert.AreEqual("open", await writer.StandardOutput.ReadLineAsync());
        await writer.StandardInput.WriteLineAsync("A");
        await writer.StandardInput.FlushAsync();
        Assert.AreEqual("wrote", await writer.StandardOutput.ReadLineAsync());
        var before = await cluster.ShutOutAsync();
        if (how == "kill")
        {
            writer.Kill();
        }

        Ok(await storage.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));

        var added = (await cluster.ShutOutAsync()).Where(one => !before.ContainsKey(one.Key)).ToList();
        Assert.HasCount(1, added);
        Assert.IsGreaterThan(Years, added[0].Value);
        writer.Kill();
        Done(await storage.Ability<IVolumes>()!.DeleteAsync(volume, None));
    }

    [TestMethod]
    public async Task Who_was_shut_out_for_an_hour_before_is_shut_out_for_years_by_a_promotion()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var first = CephLab.Open(cluster, "n1", backend: Backend);
        await using var second = CephLab.Open(cluster, "n2", backend: Backend);
        var unit = CephLab.Unit("hour", Backend);
        var volume = await CephLab.MakeAsync(first, unit);
        var old = first.Gate.Held[unit.Name].Connection.Address;
        await cluster.RunAsync("ceph", "osd", "blocklist", "add", old);

        Ok(await second.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));

        Assert.IsGreaterThan(Years, (await cluster.ShutOutAsync())[old]);
        Done(await second.Ability<IVolumes>()!.DeleteAsync(volume, None));
    }

    [TestMethod]
    public async Task A_user_who_cannot_make_an_hour_longer_is_refused_and_told_what_to_do()
    {
        var cluster = await CephCluster.SharedAsync();
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(
            folder["keyring"], await cluster.RunAsync("ceph", "auth", "get-or-create", "client.limited", "mon", "profile rbd", "osd", "allow rwx pool=hot"));
        await using var first = CephLab.Open(cluster, "n1", backend: Backend);
        var context = CephLab.Context(cluster, "n2", Backend, "/nowhere", "hot");
        context = context with { Options = new Dictionary<string, string>(context.Options) { ["user"] = "client.limited", ["keyring"] = folder["keyring"] } };
        await using var second = (CephStorage)Ok(new CephBackendFactory().Create(context));
        var unit = CephLab.Unit("limited", Backend);
        var volume = await CephLab.MakeAsync(first, unit);
        var old = first.Gate.Held[unit.Name].Connection.Address;
        await cluster.RunAsync("ceph", "osd", "blocklist", "add", old);

        var refused = await second.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None);
        Assert.AreEqual(FaultCode.PermissionDenied, refused.Fault?.Code, $"{refused.Fault}");
        StringAssert.Contains(refused.Fault!.NextStep, $"ceph osd blocklist rm {old}");

        await cluster.RunAsync("ceph", "osd", "blocklist", "rm", old);
        Ok(await second.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 3, "n2"), null, None));
        Assert.IsGreaterThan(Years, (await cluster.ShutOutAsync())[old]);
        Done(await second.Ability<IVolumes>()!.DeleteAsync(volume, None));
    }

    [TestMethod]
    public async Task Many_old_writers_who_are_shut_out_already_make_no_new_maps()
    {
        const int Many = 40;
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: Backend);
        var unit = CephLab.Unit("many", Backend);
        var volume = await CephLab.MakeAsync(storage, unit);
        var until = DateTimeOffset.UtcNow.Add(CephOptions.ShutOutFor).ToUnixTimeSeconds();
        var fenced = Enumerable.Range(1, Many).Select(n => new FencedClient($"127.0.0.9:0/{n}", until)).ToList();
        Ok(await storage.Gate.ChangeAsync<bool>(
            unit, "cannot tell", (c, e) => storage.Gate.Index.Change(
                c.Io, [], [new IndexEntry(Keys.Unit(unit.Name), UnitIndex.Bytes(e.Unit!.Record with { Fenced = fenced }))], "cannot tell") is { IsOk: false, Fault: { } wrong } ? wrong : true, None));
        await storage.Renewal.RenewAsync(None);
        var left = await cluster.ShutOutAsync();
        Assert.IsTrue(fenced.TrueForAll(client => left.GetValueOrDefault(client.Address) > Years), "somebody was not shut out");

        var before = await MapAsync(cluster);
        await storage.Renewal.RenewAsync(None);
        Ok(await storage.Ability<IRoles>()!.DemoteAsync(unit, null, None));
        Ok(await storage.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2), null, None));
        Assert.IsLessThan(Many / 2, await MapAsync(cluster) - before);
        Done(await storage.Ability<IVolumes>()!.DeleteAsync(volume, None));
    }

    [TestMethod]
    [DataRow("127.0.0.1:0/7", "v1:127.0.0.1:0/7")]
    [DataRow("[fd00::1]:0/7", "[fd00:0:0:0:0:0:0:1]:0/7")]
    public void An_address_is_known_however_it_is_written(string one, string other) => Assert.AreEqual(Addresses.Canonical(one), Addresses.Canonical(other));

    private static async Task<int> MapAsync(CephCluster cluster) =>
        System.Text.Json.Nodes.JsonNode.Parse(await cluster.RunAsync("ceph", "osd", "stat", "--format", "json"))!["epoch"]!.GetValue<int>();

    private static Process Start(CephCluster cluster, string image) => Process.Start(new ProcessStartInfo("/usr/bin/python3")
    {
        ArgumentList = { Path.Join(Repository.Root, "tests/Tests/Plugins/Ceph/writer.py"), cluster.Configuration, "hot", image, "exclusive" },
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    private static void Done(Outcome outcome) => Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
}
